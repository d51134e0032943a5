import { registrySubjects, type RegistrySubject } from '@bridge/contracts';
import {
  createCodec,
  createMessageMaker,
  createMessageSigner,
  type Codec,
  type MakeMessage,
  type MessageSigner,
  type SigningKey,
} from '@bridge/kafka';

export type WireConfig = {
  /** Base URL of the schema registry. */
  readonly registryUrl: string;
  /** The first signs, all verify. */
  readonly signingKeys: readonly SigningKey[];
};

export type WireOptions = {
  /** The service whose messages these are. */
  readonly source: string;
  /** What the service writes. Default: everything that is registered. */
  readonly produces?: readonly RegistrySubject[];
};

export type Wire = {
  readonly codec: Codec;
  readonly signer: MessageSigner;
  readonly makeMessage: MakeMessage;
};

/** How messages are read, checked for our signature, and made. Asks the registry for the ids of what is written here. */
export async function createWire(
  { registryUrl, signingKeys }: WireConfig,
  { source, produces = registrySubjects() }: WireOptions,
): Promise<Wire> {
  const codec = await createCodec({ registryUrl, produces });
  const signer = createMessageSigner(signingKeys);
  return { codec, signer, makeMessage: createMessageMaker({ codec, signer, source }) };
}
