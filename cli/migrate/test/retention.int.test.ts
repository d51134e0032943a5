import { defaultRetentionDays } from '@bridge/contracts';
import { silentLog } from '@bridge/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../migrate.ts';
import { emptyDatabase } from './empty-database.ts';

let database: Awaited<ReturnType<typeof emptyDatabase>>;
let admin: pg.Client;

beforeAll(async () => {
  database = await emptyDatabase();
  await keep(100);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});

afterAll(async () => {
  await admin.end();
  await database.drop();
});

function keep(retentionDays?: number) {
  const given = retentionDays === undefined ? {} : { retentionDays };
  return migrate({ adminUrl: database.adminUrl, passwords: {}, log: silentLog, ...given });
}

async function inDatabase() {
  const { rows } = await admin.query<Record<'retention' | 'keys' | 'partitions', number>>(`
    select delivery.retention_days() retention, delivery.key_days() keys,
           (select count(*)::int from pg_inherits where inhparent = 'biometric_events'::regclass) partitions`);
  return rows[0];
}

/** Months from the one of so many days ago until now. */
function monthsBack(days: number): number {
  const [now, oldest] = [new Date(), new Date(Date.now() - days * 86_400_000)];
  return (now.getUTCFullYear() - oldest.getUTCFullYear()) * 12 + now.getUTCMonth() - oldest.getUTCMonth() + 1;
}

test('everything in the database goes by the one setting, which each run of the job stores', async () => {
  const ahead = 3 + 1;
  expect(await inDatabase()).toEqual({ retention: 100, keys: 132, partitions: monthsBack(100) + ahead });
  await keep(500);
  expect(await inDatabase()).toEqual({ retention: 500, keys: 532, partitions: monthsBack(500) + ahead });
  await keep();
  expect(await inDatabase()).toMatchObject({ retention: defaultRetentionDays });
  await keep(31);
  expect(await inDatabase()).toEqual({ retention: 31, keys: 63, partitions: monthsBack(31) + ahead });
});

test('nobody else changes it', async () => {
  await expect(keep(30)).rejects.toThrow('settings_retention_days_check');
  const { rows } = await admin.query<{ may: boolean }>(
    `select bool_or(has_function_privilege(rolname, 'delivery.set_retention(int)', 'execute')
                 or has_table_privilege(rolname, 'delivery.settings', 'update')) may
       from pg_roles where rolname in ('bridge_ingest', 'bridge_cognition', 'bridge_alerts', 'bridge_gateway')`,
  );
  expect(rows).toEqual([{ may: false }]);
});
