import { defaultRetentionDays } from '@bridge/contracts';
import { randomBytes } from 'node:crypto';
import { createPublisher, type KafkaConnection } from '@bridge/kafka';
import { connectPostgres } from '@bridge/postgres';
import { createTestService, randomName } from '@bridge/testing';
import { createVault, parseKey, parseKeyList } from '@bridge/vault';
import { loadRuleFile, keepRuleSet } from '@bridge/decision-store';
import { createDecisionMetrics } from '../src/adapters/decision-metrics.ts';
import { wireWorker } from '../src/wire.ts';
import { sealing } from './sealing.ts';

const rulesPath = new URL('../../../config/neuros.yaml', import.meta.url).pathname;
const key = () => randomBytes(32).toString('base64');

export type OpenConsumerOptions = {
  readonly databaseUrl: string;
  readonly registryUrl: string;
  readonly kafka: KafkaConnection;
  /** The events' topic under its name on the broker, and its dead letters'. */
  readonly topic: string;
  readonly deadLetters: string;
};

/** One cognition worker on topics of its own. Of its messages only dead letters leave. */
export async function openConsumer(options: OpenConsumerOptions) {
  const service = createTestService();
  const { use, log, metrics } = service;
  const crash = (reason: string, error: unknown) => {
    throw new Error(reason, { cause: error });
  };
  const postgres = await use(
    connectPostgres(
      { url: options.databaseUrl, max: 6, applicationName: 'cognition-test' },
      { log, metrics },
    ),
  );
  const { query } = postgres;
  const vault = createVault({
    query,
    kek: parseKeyList(`k:${key()}`),
    indexKey: parseKey(key()),
    cacheSize: 100,
  });
  const kafka = { ...options.kafka, metrics };
  const publisher = await use(createPublisher(kafka));
  const publish: typeof publisher.publish = (messages) =>
    publisher.publish(messages.filter(({ topic }) => topic === options.deadLetters));
  const active = await keepRuleSet(query, await loadRuleFile(rulesPath));
  const signingKeys = [{ id: 'test', key: randomBytes(32) }];
  const { consumer, wire } = await wireWorker(
    { ...service, crash },
    { postgres, kafka, publisher: { publish }, vault, sealing },
    {
      wire: { registryUrl: options.registryUrl, signingKeys },
      topic: options.topic,
      groupId: randomName('group'),
      stateCache: { maxPersons: 1_000, maxBytes: 1_048_576 },
      retentionDays: defaultRetentionDays,
    },
    { activeRules: () => active, decisionMetrics: createDecisionMetrics(metrics) },
  );

  /** The value of a counter; 0 when it was never counted. */
  async function counted(name: string, labels: Readonly<Record<string, string>>): Promise<number> {
    const values = (await metrics.getSingleMetric(name)?.get())?.values ?? [];
    const found = values.find((one) =>
      Object.entries(labels).every(([label, value]) => one.labels[label] === value),
    );
    return found?.value ?? 0;
  }

  return { query, vault, consumer, counted, wire, close: () => service.close() };
}
