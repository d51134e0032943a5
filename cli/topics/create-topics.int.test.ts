import { topics, type Topic } from '@bridge/contracts';
import { connectKafka } from '@bridge/kafka';
import { createRecordingLog, fromEnvironment, randomName, silentLog } from '@bridge/testing';
import { Registry } from 'prom-client';
import { expect, onTestFinished, test } from 'vitest';
import { createTopics } from './create-topics.ts';

const bootstrapServers = fromEnvironment('KAFKA_BOOTSTRAP_SERVERS');

async function topicOfItsOwn(): Promise<Topic> {
  const topic = { ...topics.events, name: randomName('test') };
  const connection = await connectKafka(
    { brokers: bootstrapServers.split(','), clientId: 'test' },
    { log: silentLog, metrics: new Registry() },
  );
  onTestFinished(async () => {
    await (await connection.admin()).deleteTopics({ topics: [topic.name] });
    await connection.close();
  });
  return topic;
}

test('creates what is missing, and nothing twice', async () => {
  const topic = await topicOfItsOwn();
  const log = createRecordingLog();
  expect(await createTopics({ bootstrapServers, log, topics: [topic] })).toEqual([topic.name]);
  expect(await createTopics({ bootstrapServers, log, topics: [topic] })).toEqual([]);
  expect(log.lines.filter(({ level }) => level === 'warn')).toEqual([]);
});

test('two runs at once do not disturb each other', async () => {
  const topic = await topicOfItsOwn();
  const runs = [1, 2, 3].map(() => createTopics({ bootstrapServers, log: silentLog, topics: [topic] }));
  await expect(Promise.all(runs)).resolves.toBeDefined();
});

test('warns of each setting in which an existing topic differs, and leaves it as it is', async () => {
  const topic = await topicOfItsOwn();
  await createTopics({ bootstrapServers, log: silentLog, topics: [topic] });
  const changed = { ...topic, partitions: 6, retentionMs: 1_000 };
  for (const log of [createRecordingLog(), createRecordingLog()]) {
    await createTopics({ bootstrapServers, log, topics: [changed] });
    expect(log.lines.map(({ message }) => message)).toEqual([
      `topic ${topic.name} differs from the map: partitions is 3, expected 6`,
      `topic ${topic.name} differs from the map: retention.ms is 604800000, expected 1000`,
    ]);
  }
});
