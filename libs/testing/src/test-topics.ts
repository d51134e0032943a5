import { randomBytes } from 'node:crypto';
import { deadLetterTopic, topics, type Topic } from '@bridge/contracts';
import type { Closeable } from '@bridge/handler';
import { connectKafka, ensureTopics, type KafkaConnection } from '@bridge/kafka';
import { Registry } from 'prom-client';
import { fromEnvironment } from './environment.ts';
import { silentLog } from './recording-log.ts';

type MapName = (typeof topics)[keyof typeof topics]['name'];

export type TestTopics<Name extends MapName> = Closeable & {
  /** The name on the broker of a topic of the map. */
  readonly names: Readonly<Record<Name, string>>;
  /** The dead-letter topic of each, on the broker. */
  readonly deadLetters: Readonly<Record<Name, string>>;
  /** Connected to the same broker, for the test's own use. */
  readonly connection: KafkaConnection;
};

/**
 * Topics of the map under names of their own (`test-<random>.<name>`), with the same settings and their dead-letter topics;
 * `close` deletes them. @param partitions Replaces the map's count.
 */
export async function createTestTopics<Name extends MapName>(
  wanted: readonly Name[],
  { partitions }: { readonly partitions?: number } = {},
): Promise<TestTopics<Name>> {
  const prefix = `test-${randomBytes(6).toString('hex')}`;
  const made = wanted.map((name) => renamed(topicNamed(name), `${prefix}.${name}`, partitions));
  const all = made.flatMap((topic) => [topic, deadLetterTopic(topic)]);
  const connection = await connectKafka(
    { brokers: fromEnvironment('KAFKA_BOOTSTRAP_SERVERS').split(','), clientId: prefix },
    { log: silentLog, metrics: new Registry() },
  );
  await ensureTopics(await connection.admin(), all);
  const byName = (topicOf: (topic: Topic) => Topic) =>
    Object.fromEntries(wanted.map((name, index) => [name, topicOf(made[index] as Topic).name])) as Record<
      Name,
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

function topicNamed(name: MapName): Topic {
  const found: Topic | undefined = Object.values(topics).find((topic) => topic.name === name);
  if (found === undefined) throw new Error(`the map of topics has no ${name}`);
  return found;
}

function renamed(topic: Topic, name: string, partitions: number | undefined): Topic {
  return { ...topic, name, ...(partitions === undefined ? {} : { partitions }) };
}
