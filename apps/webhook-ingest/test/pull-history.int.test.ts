import { afterAll, beforeAll, expect, test } from 'vitest';
import { ouraDaily, ouraSleep } from '../src/vendors/oura/fixtures.ts';
import { whoopCycle, whoopRecovery, whoopSleep } from '../src/vendors/whoop/fixtures.ts';
import { openPullsWorld, until, type PullsWorld } from './pulls-world.ts';

let world: PullsWorld;
beforeAll(async () => {
  world = await openPullsWorld();
});
afterAll(() => world.close());

const of = (userId: string) => world.events.filter(({ user_id }) => user_id === userId);
const hour = 3_600_000;
const at = (daysAgo: number, hours = 0) => new Date(Date.now() - daysAgo * 24 * hour + hours * hour);
const run = (task: string, connectionId: string) => world.main.tasks[task]?.({ connection_id: connectionId });

async function putOuraNight(account: string, daysAgo: number): Promise<void> {
  const localDay = at(daysAgo).toISOString().slice(0, 10);
  await world.sim.put(
    'oura',
    account,
    'sleep',
    ouraSleep({
      id: `night-${daysAgo}`,
      day: localDay,
      bedtime_start: at(daysAgo, -8).toISOString(),
      bedtime_end: at(daysAgo).toISOString(),
      heart_rate: null,
      hrv: null,
    }),
  );
  const readiness = { ...ouraDaily.daily_readiness, id: `ready-${daysAgo}`, day: localDay };
  await world.sim.put('oura', account, 'daily_readiness', {
    ...readiness,
    timestamp: at(daysAgo).toISOString(),
  });
}

async function putWhoopDay(account: string, daysAgo: number): Promise<void> {
  const end = at(daysAgo).toISOString();
  const times = { start: at(daysAgo, -8).toISOString(), end, created_at: end, updated_at: end };
  const names = { ...times, timezone_offset: '+00:00', cycle_id: 1_000 + daysAgo };
  await world.sim.put('whoop', account, 'sleep', whoopSleep({ id: `sleep-${daysAgo}`, ...names }));
  await world.sim.put(
    'whoop',
    account,
    'recovery',
    whoopRecovery({ sleep_id: `sleep-${daysAgo}`, ...names }),
  );
  await world.sim.put('whoop', account, 'cycle', whoopCycle({ ...names, id: 1_000 + daysAgo }));
}

test('pulls thirty days of Oura, newest first, once, and heart rate as a series', async () => {
  const ada = await world.connect('oura', { isPulled: true });
  for (const daysAgo of [1, 5, 12, 20, 29, 45]) await putOuraNight(ada.account, daysAgo);
  const points = Array.from({ length: 30 }, (_, nr) => ({
    timestamp: new Date(Date.now() - (nr + 1) * 300_000).toISOString(),
    bpm: 60 + nr,
    source: 'awake',
  }));
  for (const point of points) await world.sim.put('oura', ada.account, 'heartrate', point);

  const runner = world.startRunner();
  await until(
    () => world.jobs(ada.connectionId),
    (jobs) => jobs.length === 0,
  );
  const nights = of(ada.userId).filter(({ event_type }) => event_type === 'sleep');
  // Within a window they come as the vendor lists them.
  const ids = nights.map(({ provenance }) => provenance.object_id);
  expect(new Set(ids.slice(0, 2))).toEqual(new Set(['sleep/night-1', 'sleep/night-5']));
  expect(ids.slice(2)).toEqual(['sleep/night-12', 'sleep/night-20', 'sleep/night-29']);
  const pulse = of(ada.userId).flatMap(({ readings, provenance }) =>
    provenance.object_id?.startsWith('series/') === true ? readings : [],
  );
  expect(pulse).toHaveLength(30);
  const unfinished = 'select 1 from ingest.pulls where connection_id = $1 and finished_at is null';
  expect(await world.query(unfinished, [ada.connectionId])).toEqual([]);

  const before = of(ada.userId).length;
  await world.main.connections.writes.resync(ada.connectionId);
  await until(
    () => world.jobs(ada.connectionId),
    (jobs) => jobs.length === 0,
  );
  await runner.close();
  expect(of(ada.userId)).toHaveLength(before);
});

test('stops for a notice and goes on where it stopped', async () => {
  const ada = await world.connect('oura');
  for (const daysAgo of [1, 20]) await putOuraNight(ada.account, daysAgo);
  await world.notice(ada, { dataType: 'sleep', objectId: 'night-20', operation: 'upsert' });
  await run('pull_history', ada.connectionId);
  expect(of(ada.userId).map(({ provenance }) => provenance.object_id)).not.toContain('sleep/night-20');
  expect(await world.jobs(ada.connectionId)).toMatchObject([
    { task: 'pull_history' },
    { task: 'resolve_notices' },
  ]);

  await run('resolve_notices', ada.connectionId);
  await run('pull_history', ada.connectionId);
  expect(of(ada.userId)).toHaveLength(4);
  const unfinished = 'select 1 from ingest.pulls where connection_id = $1 and finished_at is null';
  expect(await world.query(unfinished, [ada.connectionId])).toEqual([]);
});

test('what a notice brought and a pull sees again is one event', async () => {
  const bob = await world.connect('whoop');
  await putWhoopDay(bob.account, 1);
  await world.notice(bob, { dataType: 'recovery', objectId: 'sleep-1', operation: 'upsert' });
  await run('resolve_notices', bob.connectionId);
  await run('reconcile_connection', bob.connectionId);
  await run('reconcile_connection', bob.connectionId);
  expect(
    of(bob.userId)
      .map(({ provenance, version }) => [provenance.object_id, version > 0])
      .sort(),
  ).toEqual([
    ['cycle/1001', true],
    ['recovery/sleep-1', true],
    ['sleep/sleep-1', true],
  ]);
});

test('reconciliation finds what no notice told of', async () => {
  const ada = await world.connect('oura');
  await putOuraNight(ada.account, 1);
  await putOuraNight(ada.account, 10);
  await run('reconcile_connection', ada.connectionId);
  expect(of(ada.userId).map(({ provenance }) => provenance.object_id)).toEqual([
    'sleep/night-1',
    'daily_readiness/ready-1',
  ]);
  const counted = await world.main.registry.metrics();
  expect(counted).toContain('reconciled_total{vendor="oura",data_type="sleep"} 1');
});

test('a scope that was not granted keeps nothing else from coming', async () => {
  const ada = await world.connect('oura', { scope: 'personal daily' });
  await putOuraNight(ada.account, 1);
  await run('reconcile_connection', ada.connectionId);
  expect(await world.stateOf(ada.connectionId)).toBe('active');
  expect(of(ada.userId)).toHaveLength(2);
});

test('a lapsed membership is noticed and its end as well', async () => {
  const ada = await world.connect('oura');
  await putOuraNight(ada.account, 1);
  await world.sim.faults('oura', { lapsed: [ada.account] });
  await run('reconcile_connection', ada.connectionId);
  expect(await world.stateOf(ada.connectionId)).toBe('lapsed');
  await run('reconcile_connection', ada.connectionId);
  expect(of(ada.userId)).toEqual([]);

  await world.sim.faults('oura', { lapsed: [] });
  const due = 'update ingest.connections set not_before = now() where connection_id = $1';
  await world.query(due, [ada.connectionId]);
  await run('reconcile_connection', ada.connectionId);
  expect(await world.stateOf(ada.connectionId)).toBe('active');
  expect(of(ada.userId)).toHaveLength(2);
});

test('the hourly job asks for every connection once, spread over the hour', async () => {
  await world.main.tasks['reconcile']?.({});
  await world.main.tasks['reconcile']?.({});
  const rows = await world.query<{ count: number }>(
    `select count(*) count from graphile_worker.jobs where task_identifier = 'reconcile_connection'
      and run_at between now() - interval '1 minute' and now() + interval '1 hour' group by queue_name`,
  );
  expect(rows.length).toBeGreaterThan(3);
  expect(new Set(rows.map(({ count }) => count))).toEqual(new Set([1]));
});
