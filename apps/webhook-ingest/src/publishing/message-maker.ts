import { registrySubjects, topics } from '@bridge/contracts';
import { createWire, type WireConfig } from '@bridge/delivery';
import type { MakeMessage } from '@bridge/kafka';
import type { Policies } from '@bridge/resilience';

type Options = WireConfig & { readonly policies: Policies };

/**
 * Frames and signs the messages of this service. Framing needs the schemas' ids from the registry, so the start waits for it
 * about as long as a supervisor does.
 */
export async function createIngestMessageMaker({ policies, ...config }: Options): Promise<MakeMessage> {
  const askRegistry = policies.call('schema-ids', {
    attempts: 10,
    backoff: { initialMs: 200, maxMs: 2_000 },
  });
  const names = new Set<string>([topics.events.name, topics.alerts.name]);
  const produces = registrySubjects().filter(({ topic }) => names.has(topic));
  const wire = await askRegistry(() => createWire(config, { source: 'webhook-ingest', produces }));
  return wire.makeMessage;
}
