import { setTimeout as sleep } from 'node:timers/promises';
import { connectPostgres, type Postgres } from '@bridge/postgres';
import { createTestDatabase, randomName, silentLog, type TestDatabase } from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRequestBudget, type Purpose } from '../src/vendor-client/request-budget.ts';
import type { Limit } from '../src/vendors/vendor-definition.ts';

let database: TestDatabase;
let pools: Postgres[];

beforeAll(async () => {
  database = await createTestDatabase();
  pools = [1, 2].map((nr) =>
    connectPostgres(
      { url: database.urlFor('ingest'), max: 4, applicationName: `test-${nr}` },
      { log: silentLog, metrics: new Registry() },
    ),
  );
});

afterAll(async () => {
  for (const pool of pools) await pool.close();
  await database.close();
});

/** Two replicas that share a budget which nobody else has. */
function replicas(limits: readonly Limit[]) {
  const vendor = randomName('vendor');
  return pools.map(({ query }) => createRequestBudget({ query, vendor, limits }));
}

async function granted(budgets: ReturnType<typeof replicas>, count: number, purpose: Purpose) {
  const grants = await Promise.all(
    budgets.flatMap((budget) => Array.from({ length: count }, () => budget.take(purpose))),
  );
  return grants.filter(({ isGranted }) => isGranted).length;
}

test('replicas together get exactly what the window grants', async () => {
  expect(await granted(replicas([{ requests: 40, windowMs: 60_000 }]), 100, 'live')).toBe(40);
});

test('of a large budget every request counts as one, and no more than were granted', async () => {
  const budgets = replicas([{ requests: 1_000, windowMs: 60_000 }]);
  expect(await granted(budgets, 3, 'live')).toBe(6);
  expect(await budgets[0]?.left()).toMatchObject([{ left: 994 }]);
  expect(await granted(budgets, 900, 'live')).toBe(994);
  expect(await budgets[1]?.left()).toMatchObject([{ left: 0 }]);
});

test('a request that one limit refuses costs nothing of the others', async () => {
  const budgets = replicas([
    { requests: 30, windowMs: 60_000 },
    { requests: 12, windowMs: 3_600_000 },
  ]);
  await granted(budgets, 20, 'live');
  expect(await budgets[0]?.left()).toMatchObject([{ left: 18 }, { left: 0 }]);
});

test('after a restart the count stands beside the limits that the vendor stated', async () => {
  const vendor = randomName('vendor');
  const limits = [{ requests: 5, windowMs: 60_000 }];
  const [query] = pools.map((pool) => pool.query);
  if (query === undefined) throw new Error('expected a pool');
  const before = createRequestBudget({ query, vendor, limits });
  await before.adopt([{ requests: 50, windowMs: 60_000 }]);
  expect(await granted([before], 20, 'live')).toBe(20);
  const after = createRequestBudget({ query, vendor, limits });
  expect(await after.take('live')).toEqual({ isGranted: true });
  expect(await after.left()).toMatchObject([{ requests: 50, left: 29 }]);
});

test('the smallest of several limits counts', async () => {
  const budgets = replicas([
    { requests: 30, windowMs: 60_000 },
    { requests: 12, windowMs: 3_600_000 },
  ]);
  expect(await granted(budgets, 20, 'live')).toBe(12);
});

test('history leaves a fifth to what is live', async () => {
  const budgets = replicas([{ requests: 50, windowMs: 60_000 }]);
  for (let nr = 0; nr < 60; nr += 1) await budgets[nr % 2]?.take('history');
  expect(await granted(budgets, 30, 'live')).toBe(10);
});

test('a refusal says when to come again, and then there is more', async () => {
  const [budget] = replicas([{ requests: 2, windowMs: 1_000 }]);
  if (budget === undefined) throw new Error('expected a budget');
  await budget.take('live');
  await budget.take('live');
  const refused = await budget.take('live');
  if (refused.isGranted) throw new Error('expected a refusal');
  expect(refused.retryAfterMs).toBeLessThanOrEqual(1_200);
  await sleep(refused.retryAfterMs + 20);
  expect(await budget.take('live')).toEqual({ isGranted: true });
});

test('what one replica is told to wait, all of them wait', async () => {
  const [one, other] = replicas([{ requests: 1_000, windowMs: 60_000 }]);
  await one?.block(5_000);
  const refused = await other?.take('live');
  expect(refused).toMatchObject({ isGranted: false });
  expect(await one?.left()).toMatchObject([{ left: 0 }]);
});

test('adopts the limits that the vendor states', async () => {
  const budgets = replicas([{ requests: 1_000, windowMs: 60_000 }]);
  for (const budget of budgets) await budget.adopt([{ requests: 7, windowMs: 30_000 }]);
  expect(await granted(budgets, 10, 'live')).toBe(7);
});

test('a window ends behind that of the vendor, which begins when the first request arrives', async () => {
  const limit = { requests: 20, windowMs: 1_000 };
  const budgets = replicas([limit]);
  let [endsAt, used, refused, sent] = [0, 0, 0, 0];
  const arrive = () => {
    if (Date.now() >= endsAt) [endsAt, used] = [Date.now() + limit.windowMs, 0];
    used += 1;
    if (used > limit.requests) refused += 1;
  };
  const until = Date.now() + 3_500;
  const send = async (budget: (typeof budgets)[number]) => {
    while (Date.now() < until) {
      const grant = await budget.take('live');
      // The first one of a window takes long, so the vendor's window begins late.
      const underWayMs = grant.isGranted && sent++ % limit.requests < 4 ? 150 : 5;
      await sleep(grant.isGranted ? underWayMs : grant.retryAfterMs);
      if (grant.isGranted) arrive();
    }
  };
  await Promise.all([...budgets, ...budgets, ...budgets, ...budgets].map(send));
  expect(refused).toBe(0);
});
