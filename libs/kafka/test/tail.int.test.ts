import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '@bridge/core';
import { expect, onTestFinished, test } from 'vitest';
import {
  createPublisher,
  tailTopics,
  type KafkaConnection,
  type TailOptions,
  type TopicOffsets,
} from '../src/index.ts';
import { connect, createTopic, randomName, silentLog } from './broker.ts';

async function publish(connection: KafkaConnection, topic: string, values: readonly string[], key?: string) {
  const publisher = createPublisher(connection);
  await publisher.publish(
    values.map((value) => ({ topic, key: key ?? value, value: Buffer.from(value), headers: {} })),
  );
  await publisher.close();
}

async function tailing(connection: KafkaConnection, topic: string, options: Partial<TailOptions> = {}) {
  const seen: string[] = [];
  const tail = await tailTopics({
    kafka: connection,
    topics: [topic],
    from: { backMessages: 0 },
    onMessage: ({ value }) => void seen.push(String(value)),
    onCrash: (error) => {
      throw error;
    },
    log: silentLog,
    ...options,
  });
  onTestFinished(() => tail.close());
  return {
    tail,
    seen,
    until: (count: number) => expect.poll(() => seen.length, { timeout: 10_000 }).toBe(count),
  };
}

test('starts so many messages back and then follows', async () => {
  const connection = await connect();
  const topic = await createTopic(connection);
  await publish(connection, topic, ['a', 'b', 'c', 'd']);
  const { seen, until } = await tailing(connection, topic, { from: { backMessages: 2 } });
  await until(2);
  await publish(connection, topic, ['e']);
  await until(3);
  expect(seen).toEqual(['c', 'd', 'e']);
});

test('starts at given offsets, at the end where none is given, and reports them', async () => {
  const connection = await connect();
  const topic = await createTopic(connection, { partitions: 2 });
  await publish(connection, topic, ['a', 'b', 'c'], 'one person');
  const admin = await connection.admin();
  const ends = await admin.fetchTopicOffsets(topic);
  const used = ends.find(({ high }) => high === '3')?.partition ?? -1;
  const reports: TopicOffsets[] = [];
  const { seen, until } = await tailing(connection, topic, {
    from: { offsets: { [topic]: { [used]: 1 } } },
    onAssigned: (next) => void reports.push(structuredClone(next)),
  });
  await until(2);
  expect(seen).toEqual(['b', 'c']);
  expect(reports[0]).toEqual({ [topic]: { [used]: 1, [1 - used]: 0 } });
});

test('reads every partition and leaves no group behind', async () => {
  const connection = await connect();
  const topic = await createTopic(connection, { partitions: 5 });
  const groupPrefix = randomName('tail');
  const { tail, until } = await tailing(connection, topic, { groupPrefix });
  const admin = await connection.admin();
  const groups = async () =>
    (await admin.listGroups()).groups.filter(({ groupId }) => groupId.startsWith(groupPrefix)).length;
  expect(await groups(), 'groups while it reads').toBe(1);
  await publish(
    connection,
    topic,
    Array.from({ length: 100 }, (_, i) => `person ${i}`),
  );
  await until(100);
  await tail.close();
  expect(await groups(), 'groups after it was closed').toBe(0);
});

test('two tails of one topic both get everything', async () => {
  const connection = await connect();
  const topic = await createTopic(connection);
  const [one, two] = [await tailing(connection, topic), await tailing(connection, topic)];
  await publish(connection, topic, ['a', 'b']);
  await Promise.all([one.until(2), two.until(2)]);
});

test('tries a message again after a transient error, and skips one whose handler fails otherwise', async () => {
  const connection = await connect();
  const topic = await createTopic(connection);
  const seen: string[] = [];
  let failures = 0;
  await tailing(connection, topic, {
    onMessage: ({ value }) => {
      if (String(value) === 'bug') throw new TypeError('a bug');
      if (String(value) === 'later' && failures++ === 0)
        throw new CodedError('registry_unavailable', 'transient', 'down');
      seen.push(String(value));
    },
  });
  await publish(connection, topic, ['a', 'bug', 'later', 'b'], 'one person');
  await expect.poll(() => seen).toEqual(['a', 'later', 'b']);
  expect(failures).toBe(2);
});

test('deletes its group although the broker counts a member a while longer', async () => {
  const connection = await connect();
  const topic = await createTopic(connection);
  const groupPrefix = randomName('tail');
  const { tail } = await tailing(connection, topic, { groupPrefix });
  const admin = await connection.admin();
  const ours = async () =>
    (await admin.listGroups()).groups.find(({ groupId }) => groupId.startsWith(groupPrefix))?.groupId;
  // Stands for a member whose farewell was lost.
  const lingering = connection.kafka.consumer({ groupId: (await ours()) ?? '', sessionTimeout: 6_000 });
  await lingering.connect();
  await lingering.subscribe({ topic });
  await lingering.run({ eachMessage: () => Promise.resolve() });

  const closing = tail.close();
  await sleep(1_000);
  expect(await ours(), 'group while a member is counted').toBeDefined();
  await lingering.disconnect();
  await closing;
  expect(await ours(), 'group in the end').toBeUndefined();
});
