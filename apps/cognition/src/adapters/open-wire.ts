import { registrySubjects } from '@bridge/contracts';
import {
  createCodec,
  createMessageMaker,
  createMessageSigner,
  type Codec,
  type MakeMessage,
  type MessageSigner,
  type SigningKey,
} from '@bridge/kafka';

export type Wire = {
  readonly codec: Codec;
  readonly signer: MessageSigner;
  readonly makeMessage: MakeMessage;
};

/** How messages are read, checked for our signature, and made. Asks the registry for the ids of what is written here. */
export async function openWire(config: {
  readonly registryUrl: string;
  readonly signingKeys: readonly SigningKey[];
}): Promise<Wire> {
  const codec = await createCodec({ registryUrl: config.registryUrl, produces: registrySubjects() });
  const signer = createMessageSigner(config.signingKeys);
  return { codec, signer, makeMessage: createMessageMaker({ codec, signer, source: 'cognition' }) };
}
