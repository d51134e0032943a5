import { connectPostgres, type Postgres } from '@bridge/postgres';
import { createTestDatabase, silentLog, testMorning } from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { TimedSignal } from '../src/episodes/domain/timed-signal.ts';
import type { Heartbeat } from '../src/signals/domain/interpret-signal.ts';
import { createProducerRows, noteHeartbeats } from '../src/watchdog/rows/producer-rows.ts';
import { createWatchProducers } from '../src/watchdog/watch-producers.ts';

const minute = 60_000;

let postgres: Postgres;
const closing: { close(): Promise<void> | void }[] = [];

beforeAll(async () => {
  const database = await createTestDatabase();
  postgres = connectPostgres(
    { url: database.urlFor('alerts'), max: 6, applicationName: 'watchdog-test' },
    { log: silentLog, metrics: new Registry() },
  );
  closing.push(database, postgres);
});

afterAll(async () => {
  for (const resource of closing.reverse()) await resource.close();
});

beforeEach(() => postgres.query('delete from alerts.producers'));

function heartbeat(source: string, at: number, figures: Partial<Heartbeat['figures']> = {}): Heartbeat {
  const unknown = { activeConnections: null, lastAcceptedAt: null, lastDecisionAt: null };
  return { kind: 'heartbeat', source, at, figures: { ...unknown, ...figures } };
}

async function note(...heartbeats: Heartbeat[]) {
  await postgres.transaction((tx) => tx.pipelineAndCommit([noteHeartbeats(heartbeats)]));
}

/** A process of the service with a clock and a connection to Kafka of its own. */
function createProcess() {
  const world = { now: testMorning, listens: true, broken: false };
  const raised: TimedSignal[] = [];
  const watch = createWatchProducers({
    producers: createProducerRows(postgres.query),
    transaction: postgres.transaction,
    raise: (signals) => {
      if (world.broken) return Promise.reject(new Error('it could not be stored'));
      raised.push(...signals);
      return Promise.resolve();
    },
    isListening: () => world.listens,
    now: () => world.now,
  });
  return { world, raised, watch };
}

const told = (signals: readonly TimedSignal[]) => signals.map(({ kind, status }) => `${kind} ${status}`);

test('heartbeats of several processes leave the latest times and the last known number of connections', async () => {
  const at = testMorning;
  await note(
    heartbeat('webhook-ingest', at, { activeConnections: 4, lastAcceptedAt: at - 1 }),
    heartbeat('webhook-ingest', at + 5, { lastAcceptedAt: at - 9 }),
    heartbeat('cognition', at + 2, { lastDecisionAt: at + 1 }),
  );
  await note(heartbeat('webhook-ingest', at + 3), heartbeat('cognition', at + 9));
  const rows = await createProducerRows(postgres.query).load();
  expect(rows.toSorted((a, b) => (a.source < b.source ? -1 : 1))).toMatchObject([
    { source: 'cognition', heartbeatAt: at + 9, lastDecisionAt: at + 1, silentSince: null },
    { source: 'webhook-ingest', heartbeatAt: at + 5, activeConnections: 4, lastAcceptedAt: at - 1 },
  ]);
});

test('a silence is told once, by whichever process watches, and so is its end', async () => {
  const [one, other] = [createProcess(), createProcess()];
  const start = testMorning;
  await note(heartbeat('cognition', start), heartbeat('webhook-ingest', start + 3 * minute));
  one.world.now = other.world.now = start + 3 * minute;
  await one.watch();
  await one.watch();
  expect(told(one.raised)).toEqual(['pipeline.cognition_silent firing']);
  // Another process repeats it once, under the same id.
  await other.watch();
  await other.watch();
  expect(other.raised.map(({ signal_id }) => signal_id)).toEqual(
    one.raised.map(({ signal_id }) => signal_id),
  );
  await note(heartbeat('cognition', start + 3 * minute));
  await other.watch();
  await other.watch();
  expect(told(other.raised).slice(1)).toEqual(['pipeline.cognition_silent resolved']);
  expect(other.raised[1]?.alert_id).toBe(one.raised[0]?.alert_id);
});

test('what could not be stored is told again under the same ids', async () => {
  const { world, raised, watch } = createProcess();
  world.now += 2 * minute;
  world.broken = true;
  await expect(watch()).rejects.toThrow();
  world.broken = false;
  world.now += 5_000;
  await watch();
  expect(told(raised)).toEqual(['pipeline.cognition_silent firing', 'pipeline.ingest_silent firing']);
  world.broken = true;
  await note(heartbeat('cognition', world.now), heartbeat('webhook-ingest', world.now));
  await expect(watch()).rejects.toThrow();
  world.broken = false;
  await watch();
  expect(told(raised).slice(2)).toEqual([
    'pipeline.cognition_silent resolved',
    'pipeline.ingest_silent resolved',
  ]);
});

test('after a reconnection nothing new is told for two minutes', async () => {
  const { world, raised, watch } = createProcess();
  world.now += 10 * minute;
  await note(heartbeat('cognition', world.now), heartbeat('webhook-ingest', world.now));
  world.listens = false;
  await watch();
  world.listens = true;
  world.now += 90_000;
  await watch();
  expect(raised).toEqual([]);
  world.now += 2 * minute;
  await watch();
  expect(told(raised)).toEqual(['pipeline.cognition_silent firing', 'pipeline.ingest_silent firing']);
});

test('while the broker is down it is told', async () => {
  const { world, raised, watch } = createProcess();
  world.now += 10 * minute;
  await note(heartbeat('cognition', world.now), heartbeat('webhook-ingest', world.now));
  world.listens = false;
  world.now += minute;
  await watch();
  expect(told(raised)).toEqual(['pipeline.cognition_silent firing', 'pipeline.ingest_silent firing']);
});

test('one process watches at a time', async () => {
  const { world, raised, watch } = createProcess();
  world.now += 2 * minute;
  const { promise: end, resolve } = Promise.withResolvers<undefined>();
  const held = Promise.withResolvers<undefined>();
  const holding = postgres.transaction(async ({ query }) => {
    await query('select pg_advisory_xact_lock($1)', [0x7761_7463]);
    held.resolve(undefined);
    await end;
  });
  await held.promise;
  await watch();
  expect(raised).toEqual([]);
  resolve(undefined);
  await holding;
  await watch();
  expect(raised).toHaveLength(2);
});
