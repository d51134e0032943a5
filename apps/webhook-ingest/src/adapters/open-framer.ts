import { registrySubjects, topics } from '@bridge/contracts';
import {
  createCodec,
  createMessageMaker,
  createMessageSigner,
  type OutgoingMessage,
  type SigningKey,
} from '@bridge/kafka';
import type { Policies } from '@bridge/resilience';

type Options = {
  readonly registryUrl: string;
  readonly signingKeys: readonly SigningKey[];
  readonly policies: Policies;
};

type Framed<Key extends string | null> = OutgoingMessage & { readonly key: Key };

export type Frame = <Key extends string | null>(what: {
  readonly topic: 'events' | 'alerts';
  readonly key: Key;
  readonly value: object;
  readonly id: string;
  /** RFC 3339: when it happened. */
  readonly time: string;
  readonly traceparent?: string | undefined;
}) => Framed<Key>;

/**
 * Frames and signs what this service writes. Nothing can be framed before the registry has given the schemas' ids, so
 * a start waits for it about as long as a supervisor does.
 */
export async function openFramer({ registryUrl, signingKeys, policies }: Options): Promise<Frame> {
  const askRegistry = policies.call('schema-ids', {
    attempts: 10,
    backoff: { initialMs: 200, maxMs: 2_000 },
  });
  const signer = createMessageSigner(signingKeys);
  const names = new Set<string>([topics.events.name, topics.alerts.name]);
  const produces = registrySubjects().filter(({ topic }) => names.has(topic));
  const codec = await askRegistry(() => createCodec({ registryUrl, produces }));

  const makeMessage = createMessageMaker({ codec, signer, source: 'webhook-ingest' });

  return function frame({ topic: topicKey, key, traceparent, ...about }) {
    const { name: topic, value: type } = topics[topicKey];
    const message = makeMessage({
      ...about,
      topic,
      type,
      ...(key !== null && { userId: key }),
      ...(traceparent !== undefined && { traceparent }),
    });
    return { ...message, key };
  };
}
