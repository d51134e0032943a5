import { randomBytes } from 'node:crypto';
import { defaultRetentionDays } from '@bridge/contracts';
import { silentLog } from '@bridge/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../migrate.ts';

/** URL of a server with TimescaleDB, as a user who may create databases. */
const serverUrl = process.env['TEST_TIMESCALE_URL'];
if (!serverUrl) console.warn('NOT CHECKED: TimescaleDB (TEST_TIMESCALE_URL is not set)');

const name = `migrate_${randomBytes(4).toString('hex')}_test`;

async function run<Row extends pg.QueryResultRow>(url: string, statement: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

const databaseUrl = () => Object.assign(new URL(serverUrl ?? ''), { pathname: `/${name}` }).href;

beforeAll(async () => {
  if (!serverUrl) return;
  await run(serverUrl, `create database ${name}`);
  await migrate({ adminUrl: databaseUrl(), passwords: {}, log: silentLog });
});

afterAll(async () => {
  if (serverUrl) await run(serverUrl, `drop database ${name} with (force)`);
});

test.skipIf(!serverUrl)(
  'the same tables are hypertables, compressed, and kept as long as events',
  async () => {
    const tables = await run<{ name: string; compression: boolean }>(
      databaseUrl(),
      'select hypertable_name as name, compression_enabled as compression from timescaledb_information.hypertables order by 1',
    );
    expect(tables).toEqual([
      { name: 'biometric_events', compression: true },
      { name: 'cognitive_mode_transitions', compression: true },
      { name: 'insights', compression: true },
      { name: 'phi_access_log', compression: true },
    ]);
    const jobs = await run<{ days: string }>(
      databaseUrl(),
      `select config ->> 'drop_after' as days from timescaledb_information.jobs where proc_name = 'policy_retention'`,
    );
    expect(jobs).toEqual(Array.from({ length: 4 }, () => ({ days: `${defaultRetentionDays} days` })));
  },
);

test.skipIf(!serverUrl)('making partitions and asking for the alarm are harmless there', async () => {
  expect(await run(databaseUrl(), 'select delivery.make_partitions() as made')).toEqual([{ made: 0 }]);
  // Raw bodies are native partitions everywhere.
  expect(await run(databaseUrl(), 'select * from delivery.default_partitions()')).toEqual([
    { table_name: 'raw_bodies', has_rows: false },
  ]);
});
