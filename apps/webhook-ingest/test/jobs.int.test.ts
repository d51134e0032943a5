import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Closeable } from '@bridge/core';
import { connectPostgres, type Postgres } from '@bridge/postgres';
import { createRecordingLog, createTestDatabase, silentLog, type TestDatabase } from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { addJobs } from '../src/jobs/add-jobs.ts';
import { startWorkerLiveness } from '../src/jobs/worker-liveness.ts';
import { createPrune } from '../src/jobs/prune.ts';
import { startJobs, type Task } from '../src/jobs/start-jobs.ts';
import { createRemoveStaleJobs } from '../src/jobs/stale-jobs.ts';
import { createIngestMetrics } from '../src/metrics.ts';
import { until } from './pulls-world.ts';
import { addressOf, createProxy } from './tcp-proxy.ts';

let database: TestDatabase;
let postgres: Postgres;
const closing: Closeable[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const config = { url: database.urlFor('ingest'), max: 6, applicationName: 'test' };
  postgres = connectPostgres(config, { log: silentLog, metrics: new Registry() });
});
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close();
  await postgres.query('delete from graphile_worker._private_jobs');
});
afterAll(async () => {
  await postgres.close();
  await database.close();
});

function start(tasks: Record<string, Task>, { url = database.urlFor('ingest'), log = silentLog } = {}) {
  const metrics = new Registry();
  const deps = { postgres, metrics: createIngestMetrics(metrics, []), log };
  const jobs = startJobs({ url, concurrency: 4, tasks, cron: [] }, deps);
  closing.push(jobs);
  return { jobs, metrics };
}

const add = (connectionId: string, runAtMs = 0) =>
  addJobs(postgres.query, [{ task: 'resolve_notices', connectionId, priority: -1, runAtMs }]);

const rows = (connectionId: string) =>
  postgres.query<{ lastError: string | null; inS: number }>(
    `select last_error "lastError", extract(epoch from run_at - now())::float8 "inS"
       from graphile_worker.jobs where queue_name = $1`,
    [connectionId],
  );

test('starts while PostgreSQL is down, and lives through its next outage', { timeout: 60_000 }, async () => {
  const url = new URL(database.urlFor('ingest'));
  const proxy = await createProxy(addressOf(url.href));
  proxy.cut();
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  const ran: unknown[] = [];
  const note: Task = async (payload) => {
    await sleep(20);
    ran.push(payload);
  };
  start({ resolve_notices: note }, { url: url.href });
  await add(randomUUID());
  expect(ran).toEqual([]);
  proxy.mend();
  await until(
    () => ran.length,
    (count) => count === 1,
  );
  // In the middle of some jobs, whose ends cannot be written then.
  for (let nr = 0; nr < 50; nr += 1) await add(randomUUID());
  await until(
    () => ran.length,
    (count) => count > 10,
  );
  proxy.cut();
  await sleep(500);
  proxy.mend();
  await until(
    () => postgres.query('select 1 from graphile_worker._private_jobs where attempts = 0'),
    (left) => left.length === 0,
  );
});

test('one connection has one job at a time; others go on beside it', async () => {
  const [slow, fast] = [randomUUID(), randomUUID()];
  const gate = Promise.withResolvers<undefined>();
  const ran: string[] = [];
  const { jobs } = start({
    async resolve_notices(payload) {
      const { connection_id: id } = payload as { connection_id: string };
      ran.push(id);
      if (id === slow) await gate.promise;
    },
  });
  await add(slow);
  await until(
    () => ran,
    (ids) => ids.includes(slow),
  );
  await add(slow);
  await add(fast);
  await until(
    () => ran,
    (ids) => ids.includes(fast),
  );
  expect(ran).toEqual([slow, fast]);
  gate.resolve(undefined);
  await until(
    () => ran.length,
    (count) => count === 3,
  );
  await jobs.close();
});

test('a job that waits keeps its time', async () => {
  const id = randomUUID();
  await add(id, Date.now() + 60_000);
  await add(id, Date.now() + 3_600_000);
  const [job, ...more] = await rows(id);
  expect(more).toEqual([]);
  expect(job?.inS).toBeLessThan(61);
});

test('a job may fail for years: an application may be taken out of the configuration for weeks', async () => {
  const id = randomUUID();
  await add(id);
  const [job] = await postgres.query<{ max: number }>(
    'select max_attempts max from graphile_worker.jobs where queue_name = $1',
    [id],
  );
  const hoursAtMost = Math.exp(10) / 3_600;
  expect((job?.max ?? 0) * hoursAtMost).toBeGreaterThan(5 * 365 * 24);
});

test('what failed is named and never quoted', async () => {
  const id = randomUUID();
  const log = createRecordingLog();
  const { metrics } = start(
    { resolve_notices: () => Promise.reject(new RangeError('41 ms at night')) },
    { log },
  );
  await add(id);
  const [failed] = await until(
    () => rows(id),
    ([job]) => job?.lastError != null,
  );
  expect(failed?.lastError).toBe('RangeError');
  expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([{ message: 'job failed' }]);
  expect(JSON.stringify(log.lines.map(({ message }) => message))).not.toContain('41 ms');
  expect(await metrics.metrics()).toContain('jobs_total{task="resolve_notices",outcome="failed"} 1');
});

test('what a killed process held is free again, what a living one holds is not', async () => {
  const [dead, living] = [randomUUID(), randomUUID()];
  for (const id of [dead, living]) {
    await add(id);
    const holder = `pool-${id}`;
    await postgres.query(
      `update graphile_worker._private_jobs set locked_at = now(), locked_by = $2 where key = 'resolve:' || $1::text`,
      [id, holder],
    );
    await postgres.query(
      'update graphile_worker._private_job_queues set locked_at = now(), locked_by = $2 where queue_name = $1',
      [id, holder],
    );
  }
  const events = new EventEmitter();
  const { reserve } = postgres;
  closing.push(startWorkerLiveness(events, { reserve, log: silentLog, lookEveryMs: 50 }));
  events.emit('pool:create', { workerPool: { id: `pool-${living}` } });
  const held = () =>
    postgres.query('select queue_name from graphile_worker._private_job_queues where locked_at is not null');
  expect(await until(held, (queues) => queues.length < 2)).toEqual([{ queue_name: living }]);
});

test('a job that was superseded while a process that died had it does not stay', async () => {
  const [superseded, waiting, spent] = [randomUUID(), randomUUID(), randomUUID()];
  for (const id of [superseded, waiting, spent]) await add(id);
  const set = (id: string, change: string) =>
    postgres.query(`update graphile_worker._private_jobs set ${change} where key = 'resolve:' || $1::text`, [
      id,
    ]);
  await set(superseded, `locked_at = now(), locked_by = 'dead'`);
  await add(superseded);
  await postgres.query(`select graphile_worker.force_unlock_workers(array['dead'])`);
  await set(spent, 'attempts = max_attempts');
  const left = async (id: string) => (await rows(id)).length;
  expect(await left(superseded)).toBe(2);
  await createRemoveStaleJobs(postgres.query)();
  // What used up its attempts itself is for an operator to see.
  expect([await left(superseded), await left(waiting), await left(spent)]).toEqual([1, 1, 1]);
});

test('prunes what is over and keeps the rest', async () => {
  const insert = (state: string, days: number) =>
    postgres.query(
      `insert into ingest.notices (notice_id, vendor, data_type, operation, vendor_user, received_at, state, sealed)
       values ($1, 'oura', 'sleep', 'upsert', '\\x01', now() - make_interval(days => $2), $3, '\\x01')`,
      [Buffer.from(randomUUID()), days, state],
    );
  await insert('resolved', 31);
  await insert('resolved', 29);
  await insert('waiting', 31);
  await insert('nobody', 401);
  await createPrune(postgres.query)();
  const left = await postgres.query('select state from ingest.notices order by state');
  expect(left).toEqual([{ state: 'resolved' }, { state: 'waiting' }]);
});
