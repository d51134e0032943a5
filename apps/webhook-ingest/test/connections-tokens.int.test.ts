import { CodedError } from '@bridge/core';
import { connectPostgres, type Postgres, type Transaction } from '@bridge/postgres';
import { createTestDatabase, randomName, silentLog, type TestDatabase } from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAccessTokens } from '../src/connections/rows/access-tokens.ts';
import { consent, openService, type Service } from './connections-service.ts';
import { launchSim, type Sim } from './connections-sim.ts';

const vendor = 'oura';
let database: TestDatabase;
let sim: Sim;
/** Two processes, as far as the database and the vendor can tell. */
let one: Service;
let two: Service;
/** What the clocks of both say beyond the real time, in milliseconds. */
let ahead = 0;
beforeAll(async () => {
  [database, sim] = await Promise.all([createTestDatabase(), launchSim()]);
  const options = { database, simUrl: sim.url, now: () => Date.now() + ahead };
  one = await openService(options);
  two = await openService(options);
  // Connections that are open already: a race that the first one wins while the others connect shows nothing.
  const warm = ({ query }: Service) => Array.from({ length: 6 }, () => query('select pg_sleep(0.05)'));
  await Promise.all([...warm(one), ...warm(two)]);
});
afterAll(async () => {
  await one.close();
  await two.close();
  await sim.close();
  await database.close();
});

async function connected() {
  const account = await sim.addAccount(vendor);
  const { finish } = await consent(one, { vendor, userId: randomName('user'), account });
  const { connection_id: id } = JSON.parse((await finish()).text) as { connection_id: string };
  return { id, account, before: await sim.refreshes(vendor) };
}

async function stateOf(id: string): Promise<string | undefined> {
  return (await one.queries.byId(id))?.state;
}

/** Every token that was ever given has ended by then. */
function passADay(): void {
  ahead += 25 * 3_600_000;
}

it('two workers that find a token ended make one refresh, and get the same new one', async () => {
  const { id, before } = await connected();
  const old = await one.tokens.tokenOf(id);
  passADay();
  const workers = Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? one : two));
  const answers = await Promise.all(workers.map(({ tokens }) => tokens.tokenOf(id)));
  const [first] = answers;
  expect(first?.kind).toBe('token');
  expect(first).not.toEqual(old);
  for (const answer of answers) expect(answer).toEqual(first);
  expect(await sim.refreshes(vendor)).toEqual({ ...before, granted: before.granted + 1 });
  if (first?.kind === 'token') expect(await two.accountOf(vendor)?.whoIs(first.token)).toBeDefined();
});

it('two workers whose token the vendor refused make one refresh', async () => {
  const { id, account, before } = await connected();
  const old = await one.tokens.tokenOf(id);
  await two.tokens.tokenOf(id);
  if (old.kind !== 'token') throw new Error('no token');
  await sim.end(vendor, account, 'access');
  const answers = await Promise.all([one, two, one, two].map(({ tokens }) => tokens.refused(id, old.token)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(answers[0]).not.toEqual(old);
  expect(await sim.refreshes(vendor)).toMatchObject({ granted: before.granted + 1, refused: before.refused });
});

it('a vendor that is down leaves the pair as it is', async () => {
  const { id, before } = await connected();
  passADay();
  for (const api of ['errors', 'broken'] as const) {
    await sim.faults(vendor, { api });
    await expect(one.tokens.tokenOf(id)).rejects.toMatchObject({ retry: 'transient' });
  }
  await sim.faults(vendor, { api: 'up' });
  expect(await stateOf(id)).toBe('active');
  expect(await one.tokens.tokenOf(id)).toMatchObject({ kind: 'token' });
  expect(await sim.refreshes(vendor)).toMatchObject({ granted: before.granted + 1 });
});

it('an answer that was lost is found out by the next try, and then the person has to consent again', async () => {
  const { id, before } = await connected();
  passADay();
  await sim.faults(vendor, { lostTokenAnswers: 1 });
  await expect(one.tokens.tokenOf(id)).rejects.toMatchObject({ code: 'vendor_unavailable' });
  expect(await two.tokens.tokenOf(id)).toEqual({ kind: 'none', state: 'needs_consent' });
  expect(await stateOf(id)).toBe('needs_consent');
  const spent = { lost: before.lost + 1, refused: before.refused + 1 };
  expect(await sim.refreshes(vendor)).toMatchObject(spent);
  // Nobody asks the vendor again.
  expect(await one.tokens.tokenOf(id)).toEqual({ kind: 'none', state: 'needs_consent' });
  expect(await sim.refreshes(vendor)).toMatchObject(spent);
  expect((await one.ask(`/connections/${id}/resync`, { method: 'POST' })).status).toBe(409);

  const scrape = `${await one.metrics.metrics()}${await two.metrics.metrics()}`;
  expect(scrape).toContain('token_refreshes_total{vendor="oura",outcome="unclear"}');
  expect(scrape).toContain('token_refreshes_total{vendor="oura",outcome="refused"} 1');
  expect(scrape).toContain('vendor_connections{vendor="oura",state="needs_consent"} 1');
});

it('a person who ended the consent at the vendor can connect again', async () => {
  const account = await sim.addAccount(vendor);
  const userId = randomName('user');
  const connect = async () => (await consent(one, { vendor, userId, account })).finish();
  const { connection_id: id } = JSON.parse((await connect()).text) as { connection_id: string };
  await sim.end(vendor, account, 'consent');
  const old = await one.tokens.tokenOf(id);
  if (old.kind !== 'token') throw new Error('no token');
  expect(await one.tokens.refused(id, old.token)).toEqual({ kind: 'none', state: 'needs_consent' });
  expect(JSON.parse((await connect()).text)).toEqual({ connection_id: id, state: 'active' });
  expect(await two.tokens.tokenOf(id)).toMatchObject({ kind: 'token' });
});

it('a pair whose commit failed is not lost: it is stored before anything is asked for again', async () => {
  const { id, before } = await connected();
  passADay();
  const config = { url: database.urlFor('ingest'), max: 2, applicationName: 'test' };
  const postgres: Postgres = connectPostgres(config, { log: silentLog, metrics: new Registry() });
  let failing = true;
  const transaction: Transaction = (run) =>
    postgres.transaction(async (tx) => {
      const value = await run(tx);
      if (failing) throw new CodedError('timeout', 'transient', 'The database went away.');
      return value;
    });
  const tokens = createAccessTokens({
    query: postgres.query,
    transaction,
    vault: one.vault,
    oauthOf: one.oauthOf,
    count: () => undefined,
    log: silentLog,
    now: () => Date.now() + ahead,
  });
  await expect(tokens.tokenOf(id)).rejects.toMatchObject({ code: 'timeout' });
  failing = false;
  const saved = await tokens.tokenOf(id);
  expect(saved).toMatchObject({ kind: 'token' });
  expect(await two.tokens.tokenOf(id)).toEqual(saved);
  expect(await sim.refreshes(vendor)).toEqual({ ...before, granted: before.granted + 1 });
  await postgres.close();
});
