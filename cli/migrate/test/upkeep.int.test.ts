import { defaultRetentionDays } from '@bridge/contracts';
import { silentLog } from '@bridge/testing';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { migrate } from '../migrate.ts';
import { emptyDatabase, rolePasswords } from './empty-database.ts';

let database: Awaited<ReturnType<typeof emptyDatabase>>;
let admin: pg.Client;
let cognition: pg.Client;

beforeAll(async () => {
  database = await emptyDatabase();
  await migrate({ adminUrl: database.adminUrl, passwords: rolePasswords(), log: silentLog });
  admin = await connect(database.adminUrl);
  cognition = await connect(database.urlFor('cognition'));
});
afterAll(async () => {
  await cognition.end();
  await admin.end();
  await database.drop();
});
beforeEach(async () => {
  await admin.query('truncate cognition.event_keys, alerts.event_keys');
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

async function number(query: string): Promise<number> {
  const { rows } = await admin.query<{ n: number }>(`select (${query})::int n`);
  return rows[0]?.n ?? Number.NaN;
}

const forget = async (most: number): Promise<number> => {
  const { rows } = await cognition.query<{ keys: string }>('select delivery.forget_expired($1) keys', [most]);
  return Number(rows[0]?.keys);
};

const addKeys = (schema: string, count: number, daysAgo: number) =>
  admin.query(
    `insert into ${schema}.event_keys select sha256(format('%s/%s', $1::int, i)::bytea), null, current_date - $1::int
       from generate_series(1, $2::int) i`,
    [daysAgo, count],
  );

test('keys go when the month of their events is gone, not a day sooner', async () => {
  const days = await number('delivery.key_days()');
  expect(days).toBeGreaterThanOrEqual(defaultRetentionDays + 31);
  for (const schema of ['cognition', 'alerts']) {
    await addKeys(schema, 30, days + 1);
    await addKeys(schema, 20, days);
    await addKeys(schema, 10, 0);
  }
  expect(await forget(10_000)).toBe(60);
  for (const schema of ['cognition', 'alerts']) {
    expect(await number(`select count(*) from ${schema}.event_keys`)).toBe(30);
    expect(await number(`select current_date - min(day) from ${schema}.event_keys`)).toBe(days);
  }
});

test('a backlog goes in bounded parts', async () => {
  await addKeys('cognition', 1_000, 1_000);
  expect(await forget(300)).toBe(300);
  let left = 700;
  while (left > 0) left -= await forget(300);
  expect(left).toBe(0);
  expect(await forget(300)).toBe(0);
  await expect(forget(0)).rejects.toThrow('must lie between');
});

test('of a table of keys only the old pages are looked at', async () => {
  await addKeys('cognition', 40_000, 1_000);
  await addKeys('cognition', 200_000, 0);
  await admin.query('vacuum analyze cognition.event_keys');
  const { rows } = await admin.query<Record<string, string>>(
    'explain select ctid from cognition.event_keys_00 where day < current_date - delivery.key_days() limit 1000',
  );
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('Bitmap');
});

test('sessions and links go when they have expired', async () => {
  const principal = `'{}'::jsonb`;
  await admin.query(`insert into auth.sessions values ('\\x01', ${principal}, now() - interval '1 s'),
                                                       ('\\x02', ${principal}, now() + interval '1 h')`);
  await admin.query(`insert into auth.sign_in_links values ('\\x01', ${principal}, now() - interval '1 s', null),
                                                            ('\\x02', ${principal}, now() + interval '1 h', null)`);
  await forget(1);
  expect(await number(`select string_agg(encode(hash, 'hex'), ',') = '02' from auth.sessions`)).toBe(1);
  expect(await number(`select string_agg(encode(hash, 'hex'), ',') = '02' from auth.sign_in_links`)).toBe(1);
});

test('months are made ahead and dropped while services run', async () => {
  const month = (from: string) =>
    `to_regclass('biometric_events_y' || to_char(now() at time zone 'UTC' + interval '${from}', 'YYYY"m"MM'))`;
  await admin.query(`do $$ begin execute 'drop table ' || ${month('3 months')}; end $$`);
  await admin.query(
    `create table biometric_events_y2001m01 partition of biometric_events for values from ('2001-01-01Z') to ('2001-02-01Z')`,
  );
  const { rows } = await cognition.query('select made, dropped from delivery.keep_partitions()');
  expect(rows).toEqual([{ made: 1, dropped: 1 }]);
  expect(await number(`select (${month('3 months')} is not null)::int`)).toBe(1);
});

test('it gives up rather than hold up those who use a table', async () => {
  await admin.query(
    `create table biometric_events_y2001m01 partition of biometric_events for values from ('2001-01-01Z') to ('2001-02-01Z')`,
  );
  const reader = await connect(database.adminUrl);
  await reader.query('begin');
  await reader.query('select 1 from biometric_events limit 1');
  const keep = () => cognition.query('select delivery.keep_partitions()');
  await expect(keep()).rejects.toMatchObject({ code: '55P03' });
  await reader.end();
  await keep();
  expect(await number(`select (to_regclass('biometric_events_y2001m01') is null)::int`)).toBe(1);
});

test('nobody but cognition may', async () => {
  for (const service of ['ingest', 'alerts', 'gateway'] as const) {
    const client = await connect(database.urlFor(service));
    for (const call of ['keep_partitions()', 'forget_expired(1)'])
      await expect(client.query(`select delivery.${call}`)).rejects.toMatchObject({ code: '42501' });
    await client.end();
  }
});
