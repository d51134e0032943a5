import { randomBytes } from 'node:crypto';
import { deadLetterTopic, topics, type Topic, type TopicKey } from '@bridge/contracts';
import type { Closeable } from '@bridge/core';
import { connectKafka, ensureTopics, type KafkaConnection } from '@bridge/kafka';
import { Registry } from 'prom-client';
import { fromEnvironment } from './environment.ts';
import { silentLog } from './recording-log.ts';

export type TestTopics<Key extends TopicKey> = Closeable & {
  /** The name on the broker by the topic's key in the map: `names.events`. */
  readonly names: Readonly<Record<Key, string>>;
  /** The dead-letter topic of each, on the broker. */
  readonly deadLetters: Readonly<Record<Key, string>>;
  /** Connected to the same broker, for the test's own use. */
  readonly connection: KafkaConnection;
};

/**
 * Topics of the map under names of their own (`test-<random>.<name>`), with the same settings and their dead-letter topics;
 * `close` deletes them. @param partitions Replaces the map's count.
 */
export async function createTestTopics<Key extends TopicKey>(
  wanted: readonly Key[],
  { partitions }: { readonly partitions?: number } = {},
): Promise<TestTopics<Key>> {
  const prefix = `test-${randomBytes(6).toString('hex')}`;
  const made = wanted.map((key) => testTopic(topics[key], prefix, partitions));
  const all = made.flatMap((topic) => [topic, deadLetterTopic(topic)]);
  const connection = await connectKafka(
    { brokers: fromEnvironment('KAFKA_BOOTSTRAP_SERVERS').split(','), clientId: prefix },
    { log: silentLog, metrics: new Registry() },
  );
  await ensureTopics(await connection.admin(), all);
  const byName = (topicOf: (topic: Topic) => Topic) =>
    Object.fromEntries(wanted.map((key, index) => [key, topicOf(made[index] as Topic).name])) as Record<
      Key,
      string
    >;

  return {
    names: byName((topic) => topic),
    deadLetters: byName(deadLetterTopic),
    connection,
    async close() {
      try {
        await (await connection.admin()).deleteTopics({ topics: all.map(({ name }) => name) });
      } finally {
        await connection.close();
      }
    },
  };
}

function testTopic(topic: Topic, prefix: string, partitions = topic.partitions): Topic {
  return { ...topic, name: `${prefix}.${topic.name}`, partitions };
}
