import { readdirSync } from 'node:fs';
import { silentLog } from '@bridge/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../migrate.ts';
import { services, type Service } from '../role-passwords.ts';
import { emptyDatabase, rolePasswords } from './empty-database.ts';

let database: Awaited<ReturnType<typeof emptyDatabase>>;
let admin: pg.Client;
let ran: string[];

beforeAll(async () => {
  database = await emptyDatabase();
  admin = await connect(database.adminUrl);
  ran = await migrate({ adminUrl: database.adminUrl, passwords: rolePasswords(), log: silentLog });
});

afterAll(async () => {
  await admin.end();
  await database.drop();
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

/** Runs the statement as a service, always rolls back, and gives its rows or its SQLSTATE. */
async function asService(service: Service, statement: string): Promise<unknown> {
  const client = await connect(database.urlFor(service));
  try {
    await client.query('begin');
    return (await client.query(statement)).rows;
  } catch (error) {
    return (error as pg.DatabaseError).code;
  } finally {
    await client.end();
  }
}

test('runs every file of deploy/migrations, in order', () => {
  const files = readdirSync(new URL('../../../deploy/migrations', import.meta.url)).sort();
  expect(ran.map((name) => `${name}.sql`)).toEqual(files);
});

test('a second run, and several at once, change nothing', async () => {
  const runs = Array.from({ length: 3 }, () =>
    migrate({ adminUrl: database.adminUrl, passwords: rolePasswords(), log: silentLog }),
  );
  expect(await Promise.all(runs)).toEqual([[], [], []]);
});

describe('roles', () => {
  test.each(services)('%s has no DDL and reads nobody else’s rows', async (service) => {
    const denied = '42501';
    expect(await asService(service, 'create table public.mine ()')).toBe(denied);
    expect(await asService(service, `create table ${service}.mine ()`)).toBe(denied);
    expect(await asService(service, 'alter table biometric_events add column mine int')).toBe(denied);
    expect(await asService(service, 'select * from encryption_keys')).toBe(denied);
    expect(await asService(service, "select encrypt_phi('a', 'b')")).toBe(denied);
    const readsLog = service === 'gateway' ? [] : denied;
    expect(await asService(service, 'select * from phi_access_log')).toEqual(readsLog);
    expect(await asService(service, 'delete from phi_access_log')).toBe(denied);
    expect(await asService(service, 'update phi_access_log set accessor_id = null')).toBe(denied);
    expect(await asService(service, 'delete from auth.api_keys')).toBe(denied);
    expect(await asService(service, 'delete from auth.sign_in_grants')).toBe(denied);
    expect(await asService(service, "update auth.sign_in_grants set scopes = '{admin}'")).toBe(denied);
    expect(await asService(service, 'delete from keys.subject_keys')).toBe(denied);
    expect(await asService(service, 'update auth.api_keys set revoked_at = null')).toBe(denied);
    expect(await asService(service, 'select delivery.drop_expired_partitions()')).toBe(denied);
    const others = ['ingest', 'cognition', 'alerts'].filter((other) => other !== service);
    for (const other of others)
      expect(await asService(service, `select * from ${other}.outbox`)).toBe(denied);
  });

  test('each service may do what it has to', async () => {
    const log = "insert into phi_access_log (accessor_id) values ('x')";
    for (const service of services) expect(await asService(service, log)).toEqual([]);
    for (const service of services)
      expect(await asService(service, 'select delivery.make_partitions()')).toHaveLength(1);
    const sealed = "values ('c', 't', '\\x01') returning ce_id";
    for (const service of ['ingest', 'cognition', 'alerts'] as const) {
      const insert = `insert into ${service}.outbox (ce_id, topic, sealed) ${sealed}`;
      expect(await asService(service, insert)).toEqual([{ ce_id: 'c' }]);
    }
    expect(await asService('cognition', 'update neuros_checkpoints set version = 1 returning 1')).toEqual([]);
    expect(await asService('gateway', 'select * from neuros_checkpoints')).toEqual([]);
  });

  test('a table that a later migration adds to a service’s schema belongs to that service alone', async () => {
    await admin.query('create table gateway.later (id int)');
    expect(await asService('gateway', 'delete from gateway.later returning 1')).toEqual([]);
    expect(await asService('alerts', 'select * from gateway.later')).toBe('42501');
    await admin.query('drop table gateway.later');
  });
});

test('expect_rows raises with the given state, and only when the counts differ', async () => {
  await admin.query("select delivery.expect_rows(2, 2, 'BB001')");
  await expect(admin.query("select delivery.expect_rows(0, 1, 'BB002')")).rejects.toMatchObject({
    code: 'BB002',
  });
  await expect(admin.query("select delivery.expect_rows(null, 1, 'BB003')")).rejects.toMatchObject({
    code: 'BB003',
  });
});

describe('time partitions', () => {
  const insert = (time: string) =>
    admin.query<{ partition: string }>(
      `insert into biometric_events values (${time}, '\\x01', gen_random_uuid(), 1, 'oura', 'sleep', 'upsert', 0, now(),
         1, '\\x01') returning tableoid::regclass::text as partition`,
    );
  const alarms = async () =>
    (await admin.query<{ table_name: string }>('select * from delivery.default_partitions() where has_rows'))
      .rows;

  test.each([
    'now()',
    'now() - make_interval(days => delivery.retention_days())',
    "now() + interval '3 months'",
  ])('hold %s', async (time) => {
    expect((await insert(time)).rows[0]?.partition).toMatch(/^biometric_events_y\d{4}m\d{2}$/);
    expect(await alarms()).toEqual([]);
  });

  test('DEFAULT takes the rest and alarms; making the month moves the rows there', async () => {
    const { rows } = await insert("now() + interval '6 months'");
    expect(rows[0]?.partition).toBe('biometric_events_default');
    expect(await alarms()).toEqual([{ table_name: 'biometric_events', has_rows: true }]);
    await admin.query('select delivery.make_partitions(7)');
    expect(await alarms()).toEqual([]);
    const far = await admin.query("select 1 from biometric_events where time > now() + interval '5 months'");
    expect(far.rowCount).toBe(1);
  });

  test('what lies wholly before the time kept is dropped, and nothing else', async () => {
    await insert("now() - interval '100 days'");
    await admin.query('select delivery.drop_expired_partitions(130)');
    const kept = "select 1 from biometric_events where time < now() - interval '90 days'";
    expect((await admin.query(kept)).rowCount).toBe(1);
    await admin.query('select delivery.drop_expired_partitions(31)');
    expect((await admin.query(kept)).rowCount).toBe(0);
    await expect(admin.query('select delivery.drop_expired_partitions(1)')).rejects.toThrow('at least 31');
  });
});
