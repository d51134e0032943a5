import { createAuthenticator, createKeyRing, createRequireScope } from '@bridge/auth';
import { createHttpApp, mountErrors, serveHttp } from '@bridge/service-runtime';
import { createTestDatabase, createTestService, randomName, silentLog, testMorning } from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadStatistics } from '../src/episodes/rows/alert-statistics.ts';
import { mountStatisticsRoutes } from '../src/http/statistics-routes.ts';
import { masterKey, openVault } from './start-alerts.ts';

const service = createTestService();
const [own, unknown] = [randomName('own-user'), randomName('unknown-user')];

async function start() {
  const database = await createTestDatabase();
  await service.use({ close: () => database.close() });
  const admin = await service.use(database.connect('owner'));
  const { query } = await service.use(database.connect('alerts'));
  const vault = openVault(query);
  const app = createHttpApp({ log: silentLog, metrics: new Registry() });
  const requireScope = createRequireScope(createAuthenticator({ query, vault, masterKey }));
  mountStatisticsRoutes(app, { loadStatistics, query, vault, requireScope, now: () => testMorning });
  mountErrors(app);
  const { url } = await service.use(serveHttp(app, { host: '127.0.0.1', port: 0 }, silentLog));
  const keys = createKeyRing({ query: admin.query, vault: openVault(admin.query) });
  return { url, admin, vault, keys };
}

let world: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  world = await start();
});
afterAll(() => service.close());

async function looksOf(users: readonly string[] | undefined) {
  const label = randomName('key');
  const { key } = await world.keys.createKey({ label, scopes: ['alerts'], users });
  const answer = await fetch(`${world.url}/statistics`, { headers: { authorization: `Bearer ${key}` } });
  expect(answer.status).toBe(200);
  return world.admin.query('select user_id, table_name from phi_access_log where accessor_id = $1', [
    `key:${label}`,
  ]);
}

test('counts of a few persons say something about them, so whoever sees them is recorded', async () => {
  const [subject] = [...(await world.vault.subjectsFor([own])).values()];
  expect(await looksOf([own, unknown])).toEqual([
    { user_id: subject?.subjectId, table_name: 'alert_history' },
  ]);
  expect(await looksOf([unknown])).toEqual([]);
});

test('counts of everybody say nothing of anybody', async () => {
  expect(await looksOf(undefined)).toEqual([]);
});
