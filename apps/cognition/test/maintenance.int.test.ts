import { setTimeout as sleep } from 'node:timers/promises';
import { connectPostgres } from '@bridge/postgres';
import { createRecordingLog, createTestDatabase, silentLog, type TestDatabase } from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { startMaintenance } from '../src/adapters/maintenance.ts';

const dayMs = 86_400_000;
let database: TestDatabase;
let owner: ReturnType<typeof connect>;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = connect(database.adminUrl);
});
afterAll(async () => {
  await owner.close();
  await database.close();
});

function connect(url: string) {
  return connectPostgres(
    { url, max: 2, applicationName: 'maintenance-test' },
    { log: silentLog, metrics: new Registry() },
  );
}

/** One worker's part of it. Its clock is set by the test. */
function work() {
  const [metrics, log] = [new Registry(), createRecordingLog()];
  const clock = { now: 0 };
  const postgres = connect(database.urlFor('cognition'));
  const running = startMaintenance({
    ...{ postgres, metrics, log, everyMs: 50 },
    now: () => clock.now,
    maintainBlocks: () => Promise.resolve(),
  });
  const stop = async () => {
    await running.close();
    await postgres.close();
  };
  onTestFinished(stop);
  return {
    clock,
    stop,
    maintenanceRuns: () =>
      log.lines
        .filter(({ message }) => message.startsWith('partition maintenance'))
        .map(({ fields }) => fields),
    counts: async () => /^cognitive_mode_current\{/m.test(await metrics.metrics()),
  };
}

const oldKeys = async () => {
  const [row] = await owner.query<{ n: number }>(
    'select count(*)::int n from cognition.event_keys where day < current_date',
  );
  return row?.n;
};
const addOldKeys = (count: number) =>
  owner.query(
    `insert into cognition.event_keys
     select sha256(random()::text::bytea), null, current_date - 1000 from generate_series(1, $1)`,
    [count],
  );

test('one of several workers counts and keeps up; another follows when it is gone', async () => {
  await addOldKeys(10);
  const first = work();
  await vi.waitUntil(async () => (await first.counts()) && first.maintenanceRuns().length === 1);
  expect(await oldKeys()).toBe(0);
  const second = work();
  await sleep(300);
  expect(await second.counts()).toBe(false);
  expect(second.maintenanceRuns()).toEqual([]);
  await first.stop();
  await vi.waitUntil(() => second.counts(), { timeout: 5_000 });
});

test('once a day, and what is too much for one go is finished at once after it', async () => {
  const worker = work();
  await vi.waitUntil(() => worker.maintenanceRuns().length === 1);
  await addOldKeys(250_000);
  await sleep(200);
  expect(await oldKeys()).toBe(250_000);
  worker.clock.now += dayMs;
  await vi.waitUntil(() => worker.maintenanceRuns().length === 3, { timeout: 30_000 });
  expect(worker.maintenanceRuns().slice(1)).toEqual([
    { rows: 200_000, state: 'continues' },
    { rows: 50_000, state: 'done' },
  ]);
  expect(await oldKeys()).toBe(0);
});

test('a failure is tried again later', async () => {
  await owner.query('revoke execute on function delivery.keep_partitions() from bridge_cognition');
  const worker = work();
  await vi.waitUntil(() => worker.maintenanceRuns().length === 1);
  await owner.query('grant execute on function delivery.keep_partitions() to bridge_cognition');
  await sleep(200);
  expect(worker.maintenanceRuns()).toMatchObject([{ delay_ms: 600_000 }]);
  worker.clock.now += 600_000;
  await vi.waitUntil(() => worker.maintenanceRuns().length === 2);
  expect(worker.maintenanceRuns().at(-1)).toEqual({ rows: 0, state: 'done' });
});
