import { topics, type HeartbeatSignal } from '@bridge/contracts';
import { connectKafka, createCodec, tailTopics } from '@bridge/kafka';
import { silentLog } from '@bridge/testing';
import { Registry } from 'prom-client';
import { required } from './system.ts';

export type PublishedTransition = {
  readonly user_id: string;
  readonly from: string | null;
  readonly to: string;
  readonly confidence: number;
  readonly cause: { readonly event_id?: string };
};

/** The broker between the services, as a partner and a curious consumer see it. */
export type Broker = AsyncDisposable & {
  /** Sends plain JSON to `biometric.events`, without a key, as the guide's Python producer does. */
  readonly produce: (message: object) => Promise<void>;
  /** Every transition published since this was opened. */
  readonly transitions: readonly PublishedTransition[];
  /** Every heartbeat since then. */
  readonly heartbeats: readonly HeartbeatSignal[];
};

export async function connectBroker(): Promise<Broker> {
  await using opening = new AsyncDisposableStack();
  const connection = await connectKafka(
    { brokers: required('KAFKA_BOOTSTRAP_SERVERS').split(','), clientId: 'bridge-e2e' },
    { log: silentLog, metrics: new Registry() },
  );
  opening.defer(() => connection.close());
  const producer = connection.kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  opening.defer(() => producer.disconnect());
  const codec = await createCodec({ registryUrl: required('SCHEMA_REGISTRY_URL') });
  const transitions: PublishedTransition[] = [];
  const heartbeats: HeartbeatSignal[] = [];
  const tail = await tailTopics({
    kafka: connection,
    topics: [topics.transitions.name, topics.alerts.name],
    from: { backMessages: 0 },
    onMessage: async ({ topic, value }) => {
      const decoded = await codec.decode(value);
      if (decoded.kind !== 'ok') return;
      if (topic === topics.transitions.name) transitions.push(decoded.value as PublishedTransition);
      else if (isHeartbeat(decoded.value)) heartbeats.push(decoded.value);
    },
    onCrash: (error) => {
      throw error;
    },
    log: silentLog,
  });
  opening.defer(() => tail.close());
  const opened = opening.move();
  return {
    transitions,
    heartbeats,
    produce: async (message) => {
      await producer.send({ topic: topics.events.name, messages: [{ value: JSON.stringify(message) }] });
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function isHeartbeat(value: unknown): value is HeartbeatSignal {
  return (value as { readonly status?: unknown } | null)?.status === 'heartbeat';
}
