import { silentLog } from '@bridge/testing';
import { Logger, parseCronItems, run, runOnce } from 'graphile-worker';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../migrate.ts';
import { emptyDatabase, rolePasswords } from './empty-database.ts';

let database: Awaited<ReturnType<typeof emptyDatabase>>;
let ingest: pg.Pool;
const logger = new Logger(() => () => undefined);

beforeAll(async () => {
  database = await emptyDatabase();
  await migrate({ adminUrl: database.adminUrl, passwords: rolePasswords(), log: silentLog });
  ingest = new pg.Pool({ connectionString: database.urlFor('ingest'), max: 4 });
  ingest.on('error', () => undefined);
});

afterAll(async () => {
  await ingest.end();
  await database.drop();
});

function addJob(key: string): Promise<unknown> {
  return ingest.query(
    `select graphile_worker.add_jobs(array[row('note', $1::json, 'queue', null, 3, $2, 0, null)::graphile_worker.job_spec])`,
    [JSON.stringify({ key }), key],
  );
}

test('the role of webhook-ingest adds jobs in bulk, and its runner runs them and tidies up', async () => {
  await addJob('a');
  await addJob('a');
  await addJob('b');
  const ran: unknown[] = [];
  const note = (payload: unknown) => {
    ran.push(payload);
  };
  await runOnce({ pgPool: ingest, taskList: { note }, logger });
  expect(ran).toEqual([{ key: 'a' }, { key: 'b' }]);
  expect((await ingest.query('select id from graphile_worker.jobs')).rows).toEqual([]);
});

test('a job that fails is kept for another attempt; cron items are known', async () => {
  await addJob('c');
  const tried = Promise.withResolvers<undefined>();
  const runner = await run({
    pgPool: ingest,
    taskList: {
      note() {
        tried.resolve(undefined);
        throw new Error('on purpose');
      },
    },
    parsedCronItems: parseCronItems([{ task: 'note', match: '0 * * * *', identifier: 'hourly' }]),
    noHandleSignals: true,
    logger,
  });
  await tried.promise;
  await runner.stop();
  expect((await ingest.query('select key, attempts from graphile_worker.jobs')).rows).toEqual([
    { key: 'c', attempts: 1 },
  ]);
  const crontabs = await ingest.query('select identifier from graphile_worker._private_known_crontabs');
  expect(crontabs.rows).toEqual([{ identifier: 'hourly' }]);
});

test('no other service sees jobs', async () => {
  for (const service of ['cognition', 'alerts', 'gateway'] as const) {
    const other = new pg.Client({ connectionString: database.urlFor(service) });
    await other.connect();
    await expect(other.query('select 1 from graphile_worker.jobs')).rejects.toMatchObject({ code: '42501' });
    await other.end();
  }
});
