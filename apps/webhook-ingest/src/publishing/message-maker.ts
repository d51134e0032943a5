import { registrySubjects, topics } from '@bridge/contracts';
import {
  createCodec,
  createMessageMaker,
  createMessageSigner,
  type MakeMessage,
  type SigningKey,
} from '@bridge/kafka';
import type { Policies } from '@bridge/resilience';

type Options = {
  readonly registryUrl: string;
  readonly signingKeys: readonly SigningKey[];
  readonly policies: Policies;
};

/**
 * Frames and signs the messages of this service. Framing needs the schemas' ids from the registry, so the start waits for it
 * about as long as a supervisor does.
 */
export async function createIngestMessageMaker({
  registryUrl,
  signingKeys,
  policies,
}: Options): Promise<MakeMessage> {
  const askRegistry = policies.call('schema-ids', {
    attempts: 10,
    backoff: { initialMs: 200, maxMs: 2_000 },
  });
  const signer = createMessageSigner(signingKeys);
  const names = new Set<string>([topics.events.name, topics.alerts.name]);
  const produces = registrySubjects().filter(({ topic }) => names.has(topic));
  const codec = await askRegistry(() => createCodec({ registryUrl, produces }));
  return createMessageMaker({ codec, signer, source: 'webhook-ingest' });
}
