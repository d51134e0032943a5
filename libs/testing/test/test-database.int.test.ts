import { connectPostgres, type Postgres } from '@bridge/postgres';
import { Registry } from 'prom-client';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDatabase, silentLog } from '../src/index.ts';
import { asAdmin } from '../src/admin-connection.ts';
import { dropDatabase } from '../src/template-database.ts';
import { fromEnvironment } from '../src/environment.ts';

function open(url: string): Postgres {
  const postgres = connectPostgres(
    { url, max: 1, applicationName: 'testing-test' },
    { log: silentLog, metrics: new Registry() },
  );
  onTestFinished(() => postgres.close());
  return postgres;
}

test('gives each caller a migrated database of its own and drops it in the end', async () => {
  const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  expect(one.name).not.toBe(two.name);
  await open(one.adminUrl).query(
    "insert into public.rule_sets (hash, policy_version, source) values ('a', 1, 'x')",
  );
  expect(await open(two.adminUrl).query('select * from public.rule_sets')).toEqual([]);

  await Promise.all([one.close(), two.close()]);
  const left = await asAdmin(fromEnvironment('POSTGRES_ADMIN_URL'), (admin) =>
    admin.query('select 1 from pg_database where datname = any($1)', [[one.name, two.name]]),
  );
  expect(left).toEqual([]);
});

test("a service's URL has that service's rights only", async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.close());
  const ingest = open(database.urlFor('ingest'));
  expect(await ingest.query('select current_user "user"')).toEqual([{ user: 'bridge_ingest' }]);
  await expect(ingest.query('create table public.mine (a int)')).rejects.toThrow('permission denied');
});

test('refuses to drop what is not a test database', async () => {
  await asAdmin(fromEnvironment('POSTGRES_ADMIN_URL'), async (admin) => {
    await expect(dropDatabase(admin, 'auren_db')).rejects.toThrow('does not end in _test');
    await expect(dropDatabase(admin, 'a; drop database auren_db; --_test')).rejects.toThrow('_test');
  });
});
