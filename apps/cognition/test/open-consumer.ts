import { defaultRetentionDays } from '@bridge/contracts';
import { randomBytes } from 'node:crypto';
import type { KafkaConnection } from '@bridge/kafka';
import { createPublisher, startBatchConsumer } from '@bridge/kafka';
import { connectPostgres } from '@bridge/postgres';
import { randomName, silentLog } from '@bridge/testing';
import { createVault, parseKey, parseKeyList } from '@bridge/vault';
import { Registry } from 'prom-client';
import { createDecisionMetrics } from '../src/adapters/decision-metrics.ts';
import { openDecisions } from '../src/adapters/open-decisions.ts';
import { openOutbox } from '../src/adapters/open-outbox.ts';
import { openWire } from '../src/adapters/open-wire.ts';
import { loadRuleFile } from '../src/adapters/rule-file.ts';
import { keepRuleSet } from '../src/adapters/rule-sets.ts';
import { createDecideBatch } from '../src/decide-batch.ts';
import { createThinking } from '../src/graph/think.ts';
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

/** One cognition worker as `main.ts` wires it, on topics of its own. Of what it publishes only dead letters leave. */
export async function openConsumer({
  databaseUrl,
  registryUrl,
  kafka,
  topic,
  deadLetters,
}: OpenConsumerOptions) {
  const [metrics, log] = [new Registry(), silentLog];
  const postgres = connectPostgres(
    { url: databaseUrl, max: 6, applicationName: 'cognition-test' },
    { log, metrics },
  );
  const { query } = postgres;
  const vault = createVault({
    query,
    kek: parseKeyList(`k:${key()}`),
    indexKey: parseKey(key()),
    cacheSize: 100,
  });
  const signingKeys = [{ id: 'test', key: randomBytes(32) }];
  const { makeMessage, ...wire } = await openWire({ registryUrl, signingKeys });
  const publisher = createPublisher({ ...kafka, metrics });
  const publish: typeof publisher.publish = (messages) =>
    publisher.publish(messages.filter((message) => message.topic === deadLetters));
  const written = openOutbox({ postgres, vault, publisher: { publish }, metrics, log });
  const active = await keepRuleSet(query, await loadRuleFile(rulesPath));
  const decisions = openDecisions({
    ...{ postgres, vault, sealing, ...written, makeMessage, metrics: createDecisionMetrics(metrics), log },
    ...{ activeRules: () => active, cacheSize: 1_000, now: Date.now },
  });
  const { positions } = decisions;
  const consumer = startBatchConsumer({
    connection: { ...kafka, metrics },
    ...{ groupId: randomName('group'), topics: [topic], positions },
    handler: createDecideBatch({
      ...wire,
      think: createThinking(),
      ...decisions,
      retentionDays: defaultRetentionDays,
    }),
    onCrash: (reason, error) => {
      throw new Error(reason, { cause: error });
    },
  });

  /** The value of a counter; 0 when it was never counted. */
  async function counted(name: string, labels: Readonly<Record<string, string>>): Promise<number> {
    const values = (await metrics.getSingleMetric(name)?.get())?.values ?? [];
    const found = values.find((one) =>
      Object.entries(labels).every(([label, value]) => one.labels[label] === value),
    );
    return found?.value ?? 0;
  }

  return {
    ...{ query, vault, consumer, counted, wire },
    close: async () => {
      await consumer.close();
      await written.close();
      await publisher.close();
      await postgres.close();
    },
  };
}
