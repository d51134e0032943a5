import { consumerGroups } from '@bridge/contracts';
import { createPublisher, startBatchConsumer } from '@bridge/kafka';
import { connectPostgres, createPositions, type Postgres } from '@bridge/postgres';
import {
  createTestDatabase,
  createTestTopics,
  fromEnvironment,
  silentLog,
  type TestDatabase,
  type TestTopics,
} from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { resetPositionCommand } from './command.ts';

let database: TestDatabase;
let postgres: Postgres;
let topics: TestTopics<'events'>;
let topic: string;
let consumer: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const config = { url: database.adminUrl, max: 2, applicationName: 'test' };
  postgres = connectPostgres(config, { log: silentLog, metrics: new Registry() });
  topics = await createTestTopics(['events'], { partitions: 1 });
  topic = topics.names.events;
  consumer = `${consumerGroups.decisions}-${topic}`;
  await publish(5);
});

afterAll(async () => {
  await topics.close();
  await postgres.close();
  await database.close();
});

beforeEach(() => postgres.query('truncate cognition.positions'));

async function publish(count: number): Promise<void> {
  const publisher = createPublisher(topics.connection);
  const message = { topic, key: 'somebody', value: Buffer.from('{}'), headers: {} };
  await publisher.publish(Array.from({ length: count }, () => message));
  await publisher.close();
}

/** What `reset-position <args>` prints. */
async function resetPosition(...args: string[]): Promise<string[]> {
  const lines: string[] = [];
  const env = {
    POSTGRES_ADMIN_URL: database.adminUrl,
    KAFKA_BOOTSTRAP_SERVERS: fromEnvironment('KAFKA_BOOTSTRAP_SERVERS'),
  };
  const command = resetPositionCommand(env, silentLog, (...printed) => lines.push(printed.join()));
  await command.parseAsync(args, { from: 'user' });
  return lines;
}

const place = () => ['--consumer', consumer, '--topic', topic, '--partition', '0'];

const stored = () => createPositions(postgres.query, 'cognition', consumer).load(topic, [0]);

/** A service's consumer that counts what it reads, and stores its position as services do. */
function startConsumer() {
  const positions = createPositions(postgres.query, 'cognition', consumer);
  const offsets: number[] = [];
  const consuming = startBatchConsumer<readonly number[]>({
    connection: topics.connection,
    groupId: consumer,
    topics: [topic],
    positions,
    handler: {
      prepare: ({ messages }) => Promise.resolve(messages.map(({ offset }) => offset)),
      commit: async (read, moves) => {
        await postgres.transaction((tx) => tx.pipelineAndCommit([positions.moveStatement(moves)]));
        offsets.push(...read);
      },
      settled: () => undefined,
      abandon: () => undefined,
      forget: () => undefined,
    },
    onCrash: () => undefined,
  });
  return { ...consuming, offsets };
}

async function readAll(): Promise<number[]> {
  const running = startConsumer();
  await vi.waitFor(() => expect(running.offsets.at(-1)).toBe(4), { timeout: 20_000, interval: 100 });
  await running.close();
  return running.offsets;
}

test('shows where a consumer stands and whether its log is still the one that it read', async () => {
  await readAll();
  expect(await resetPosition()).toEqual([`${consumer} ${topic}/0  next 5 of 0 to 5  fits, at the end`]);
  await postgres.query(`update cognition.positions set last_time = last_time - interval '1 hour'`);
  expect((await resetPosition())[0]).toMatch(/STOPS: another message stands at 4/);
  await postgres.query(`update cognition.positions set cluster_id = 'another'`);
  expect((await resetPosition())[0]).toMatch(/STOPS: belongs to cluster another/);
});

test('a consumer that another cluster stopped goes on after a reset, from where it was told to', async () => {
  await readAll();
  await postgres.query(`update cognition.positions set cluster_id = 'another'`);
  const lines = await resetPosition(...place(), '--to', '2', '--yes');
  expect(lines.join('\n')).toMatch(
    /5 → 2.*does not fit.*3 messages will be read.*2 messages will be skipped.*Done/s,
  );
  expect(await stored()).toMatchObject([
    { nextOffset: 2, clusterId: await topics.connection.clusterId(), lastOffset: null, lastHash: null },
  ]);
  expect(await readAll()).toEqual([2, 3, 4]);
});

test('changes nothing without --yes', async () => {
  await readAll();
  const before = await stored();
  expect((await resetPosition(...place(), '--to', 'earliest')).join('\n')).toMatch(
    /5 messages will be read again.*Nothing was changed/s,
  );
  expect(await stored()).toEqual(before);
});

test('refuses while the consumer runs', async () => {
  const running = startConsumer();
  await vi.waitFor(() => expect(running.offsets.at(-1)).toBe(4), { timeout: 20_000, interval: 100 });
  const before = await stored();
  await expect(resetPosition(...place(), '--to', 'latest', '--yes')).rejects.toThrow(
    'stop the service first',
  );
  await running.close();
  expect(await stored()).toEqual(before);
});

test('refuses what can not be meant', async () => {
  await expect(resetPosition(...place(), '--to', 'latest')).rejects.toThrow('has no stored position');
  await readAll();
  await expect(resetPosition(...place(), '--to', '6')).rejects.toThrow('it holds 0 to 5');
  await expect(resetPosition('--consumer', consumer)).rejects.toThrow('needs all of');
});
