import { createLogReader, startBatchConsumer, type Attempt } from '@bridge/kafka';
import { connectPostgres, createPositions, type Postgres } from '@bridge/postgres';
import {
  createTestDatabase,
  createTestTopics,
  randomName,
  silentLog,
  testMorning,
  type TestDatabase,
  type TestTopics,
} from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { clocksApartMs, createWatermarkLoader } from '../src/adapters/watermark.ts';

// A partner writes in transactions to a partition that then falls silent: real broker, real markers.

const now = testMorning;
const present = now - clocksApartMs;

let database: TestDatabase;
let postgres: Postgres;
let kafka: TestTopics<'events'>;
let topic: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const settings = { url: database.urlFor('cognition'), max: 2, applicationName: 'cognition-test' };
  postgres = connectPostgres(settings, { log: silentLog, metrics: new Registry() });
});
afterAll(async () => {
  await postgres.close();
  await database.close();
});
beforeEach(async () => {
  kafka = await createTestTopics(['events'], { partitions: 2 });
  topic = kafka.names.events;
  onTestFinished(() => kafka.close());
});

/** Where the consumer's positions stand by partition, and what that means: asked twice, for the first look is cheap. */
function open(consumer = randomName('group')) {
  const peek = createLogReader(kafka.connection.kafka);
  onTestFinished(() => peek.close());
  const { query } = postgres;
  const loadWatermark = createWatermarkLoader({ peek, query, topic, consumer, now: () => now });
  return {
    standsAt: async (partition: number, next: number) => {
      await createPositions(query, 'cognition', consumer).start(topic, partition, next, 'cluster');
      await query('update cognition.positions set next_offset = $3 where consumer = $1 and partition = $2', [
        ...[consumer, partition],
        next,
      ]);
    },
    look: async () => {
      await loadWatermark();
      return loadWatermark();
    },
  };
}

/** The broker writes the marker a moment after it has answered the commit. */
async function openProducer() {
  const transactionalId = randomName('partner');
  const settings = { transactionalId, maxInFlightRequests: 1, idempotent: true };
  const producer = kafka.connection.kafka.producer(settings);
  await producer.connect();
  onTestFinished(() => producer.disconnect());
  const begin = async (...values: string[]) => {
    const transaction = await producer.transaction();
    const messages = values.map((value) => ({ key: null, value, partition: 0 }));
    await transaction.send({ topic, messages });
    return transaction;
  };
  return { begin, write: async (...values: string[]) => (await begin(...values)).commit() };
}

async function highOf(partition: number): Promise<number> {
  const ends = await (await kafka.connection.admin()).fetchTopicOffsets(topic);
  return Number(ends.find((end) => end.partition === partition)?.high);
}

describe('a topic is decided up to the present', () => {
  it('when it is empty, and by a clock that may run ahead of the broker’s', async () => {
    expect(await open().look()).toBe(present);
    expect(clocksApartMs).toBeGreaterThanOrEqual(1_000);
  });

  it('when only the marker of a transaction follows', async () => {
    await (await openProducer()).write('one');
    const { standsAt, look } = open();
    await standsAt(0, 1);
    await expect.poll(() => highOf(0), { message: 'a message and its marker' }).toBe(2);
    await expect.poll(look).toBe(present);
  });

  it('when a consumer has read everything: it stops before the marker', async () => {
    const consumer = randomName('group');
    const positions = createPositions(postgres.query, 'cognition', consumer);
    const reading = startBatchConsumer({
      ...{ connection: kafka.connection, groupId: consumer, topics: [topic], positions },
      handler: {
        prepare: ({ messages }: Attempt) => Promise.resolve(messages),
        commit: async (_messages, moves) => {
          await postgres.transaction((tx) => tx.pipelineAndCommit([positions.moveStatement(moves)]));
        },
        settled: () => undefined,
        abandon: () => undefined,
        forget: () => undefined,
      },
      onCrash: (reason, error) => {
        throw new Error(reason, { cause: error });
      },
    });
    onTestFinished(() => reading.close());
    await (await openProducer()).write('one');
    const next = async () => (await positions.load(topic, [0]))[0]?.nextOffset;
    await expect.poll(next, { timeout: 20_000 }).toBe(1);
    const { look } = open(consumer);
    await expect.poll(look).toBe(present);
    expect(await next()).toBe(1);
    await expect.poll(() => highOf(0)).toBe(2);
  });

  it('when markers and aborted records follow, however many', async () => {
    const { write, begin } = await openProducer();
    await write('one');
    for (let nr = 0; nr < 3; nr += 1) await (await begin('no', 'never')).abort();
    const { standsAt, look } = open();
    await standsAt(0, 1);
    await expect.poll(look).toBe(present);
  });
});

describe('a topic is not decided', () => {
  it('where a message follows, behind a marker too', async () => {
    const { write } = await openProducer();
    await write('one');
    const { standsAt, look } = open();
    await standsAt(0, 0);
    expect(await look()).toBe(0);
    await standsAt(0, 1);
    await expect.poll(look).toBe(present);
    await write('two');
    expect(await look()).toBe(0);
    await standsAt(0, 3);
    await expect.poll(look).toBe(present);
  });

  it('while a transaction is open whose records no consumer is given yet', async () => {
    const transaction = await (await openProducer()).begin('one');
    const { standsAt, look } = open();
    await standsAt(0, 0);
    expect(await look()).toBe(0);
    await transaction.commit();
    expect(await look(), 'committed, and not decided').toBe(0);
    await standsAt(0, 1);
    await expect.poll(look).toBe(present);
  });

  it('where a position went back behind what was looked through', async () => {
    await (await openProducer()).write('one');
    const { standsAt, look } = open();
    await standsAt(0, 1);
    await expect.poll(look).toBe(present);
    await standsAt(0, 0);
    expect(await look()).toBe(0);
  });
});
