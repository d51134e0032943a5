import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ouraSleep, ouraWorkout } from '../src/vendors/oura/fixtures.ts';
import { whoopRecovery, whoopSleep } from '../src/vendors/whoop/fixtures.ts';
import { openPullsWorld, until, type PullsWorld } from './pulls-world.ts';

let world: PullsWorld;
beforeAll(async () => {
  world = await openPullsWorld();
});
afterAll(() => world.close());
beforeEach(() => world.sim.faults('oura', { api: 'up', lapsed: [] }));

type Connected = Awaited<ReturnType<PullsWorld['connect']>>;
const upsert = (dataType: string, objectId: string) => ({ dataType, objectId, operation: 'upsert' }) as const;
const of = (userId: string) => world.events.filter(({ user_id }) => user_id === userId);
/** As a runner does it, which takes the job first. */
const run = async (connectionId: string) => {
  await world.query(`select graphile_worker.remove_job('resolve:' || $1::text)`, [connectionId]);
  await world.main.tasks['resolve_notices']?.({ connection_id: connectionId });
};

/** Times of the fixtures move to yesterday, so that nothing is too old or in the future. */
const day = 86_400_000;
const recent = (daysAgo = 1) => {
  const end = new Date(Date.now() - daysAgo * day);
  const start = new Date(end.getTime() - 8 * 3_600_000);
  const stamp = (at: Date) => at.toISOString().replace('Z', '+00:00');
  return {
    day: end.toISOString().slice(0, 10),
    bedtime_start: stamp(start),
    bedtime_end: stamp(end),
    start: start.toISOString(),
    end: end.toISOString(),
  };
};
const sleepOf = (id: string, more: object = {}) => {
  const { day: localDay, bedtime_start, bedtime_end } = recent();
  const samples = { heart_rate: null, hrv: null };
  return ouraSleep({ id, day: localDay, bedtime_start, bedtime_end, ...samples, ...more });
};
const whoopTimes = () => {
  const { start, end } = recent();
  return { start, end, created_at: end, updated_at: end, timezone_offset: '+00:00' };
};

test('several notices about one object cost one fetch and make one event', async () => {
  const ada = await world.connect('oura');
  await world.sim.put('oura', ada.account, 'sleep', sleepOf('one'));
  for (let nr = 0; nr < 5; nr += 1) await world.notice(ada, upsert('sleep', 'one'));
  await run(ada.connectionId);
  expect(await world.noticeStates(ada.connectionId)).toEqual({ resolved: 5 });
  expect((await world.sim.fetches('oura'))['sleep/one']).toBe(1);
  expect(of(ada.userId)).toMatchObject([{ source: 'oura', event_type: 'sleep', operation: 'upsert' }]);
});

test('an update older than the known version is ignored', async () => {
  const ada = await world.connect('oura');
  const put = (version: number, more: object) =>
    world.sim.put('oura', ada.account, 'sleep', sleepOf('meta', { meta: { version }, ...more }));
  await put(5, { average_hrv: 50 });
  await world.notice(ada, upsert('sleep', 'meta'));
  await run(ada.connectionId);
  await put(4, { average_hrv: 40 });
  await world.notice(ada, upsert('sleep', 'meta'));
  await run(ada.connectionId);
  expect(of(ada.userId).map(({ version }) => version)).toEqual([5]);
});

test('a deletion that comes before its creation wins, whichever is resolved first', async () => {
  const ada = await world.connect('oura');
  await world.notice(ada, { dataType: 'workout', objectId: 'gone', operation: 'delete' });
  await run(ada.connectionId);
  await world.notice(ada, { ...upsert('workout', 'both'), ageS: 5 });
  await world.notice(ada, { dataType: 'workout', objectId: 'both', operation: 'delete', ageS: 10 });
  await run(ada.connectionId);
  expect(of(ada.userId).map(({ operation }) => operation)).toEqual(['delete', 'delete']);
  expect(await world.noticeStates(ada.connectionId)).toEqual({ resolved: 3 });
});

test('a notice that is older than the deletion resolved before it waits for nothing', async () => {
  const ada = await world.connect('oura');
  await world.notice(ada, { dataType: 'workout', objectId: 'gone', operation: 'delete' });
  await run(ada.connectionId);
  await world.notice(ada, { ...upsert('workout', 'gone'), ageS: 60 });
  await run(ada.connectionId);
  expect(await world.noticeStates(ada.connectionId)).toEqual({ resolved: 2 });

  await world.notice(ada, upsert('workout', 'gone'));
  await run(ada.connectionId);
  expect(await world.noticeStates(ada.connectionId)).toEqual({ resolved: 2, waiting: 1 });
  expect(of(ada.userId).map(({ operation }) => operation)).toEqual(['delete']);
});

test('a score that is pending is waited for, not published', async () => {
  const bob = await world.connect('whoop');
  const pending = whoopSleep({ id: 'pending', ...whoopTimes(), score_state: 'PENDING_SCORE', score: null });
  await world.sim.put('whoop', bob.account, 'sleep', pending);
  await world.notice(bob, upsert('sleep', 'pending'));
  await run(bob.connectionId);
  expect(of(bob.userId)).toEqual([]);
  expect(await world.noticeStates(bob.connectionId)).toEqual({ resolved: 1 });

  await world.sim.put('whoop', bob.account, 'sleep', whoopSleep({ id: 'pending', ...whoopTimes() }));
  await world.notice(bob, upsert('sleep', 'pending'));
  await run(bob.connectionId);
  expect(of(bob.userId)).toMatchObject([{ event_type: 'sleep', operation: 'upsert' }]);
});

test('a recovery that the API does not have yet is asked for later', async () => {
  const bob = await world.connect('whoop');
  const names = { cycle_id: 7, ...whoopTimes() };
  await world.sim.put('whoop', bob.account, 'sleep', whoopSleep({ id: 'night', ...names }));
  await world.notice(bob, upsert('recovery', 'night'));
  await run(bob.connectionId);
  expect(await world.noticeStates(bob.connectionId)).toEqual({ waiting: 1 });
  const [job] = await world.jobs(bob.connectionId);
  expect(job?.inS).toBeGreaterThan(50);

  await world.sim.put('whoop', bob.account, 'recovery', whoopRecovery({ sleep_id: 'night', ...names }));
  await world.query('update ingest.notices set next_attempt_at = now() where connection_id = $1', [
    bob.connectionId,
  ]);
  await run(bob.connectionId);
  expect(of(bob.userId)).toMatchObject([
    { event_type: 'recovery', provenance: { object_id: 'recovery/night' } },
  ]);
});

test('what is missing for a day is given up', async () => {
  const ada = await world.connect('oura');
  await world.notice(ada, { ...upsert('sleep', 'never'), ageS: 86_401 });
  await run(ada.connectionId);
  expect(await world.noticeStates(ada.connectionId)).toEqual({ gave_up: 1 });
});

test('a lapsed membership is two requests a day, and its notices wait', async () => {
  const ada = await world.connect('oura');
  await world.sim.put('oura', ada.account, 'workout', ouraWorkout({ id: 'w', ...workoutTimes() }));
  await world.sim.faults('oura', { lapsed: [ada.account] });
  const before = (await world.sim.statuses('oura'))['403'] ?? 0;
  await world.notice(ada, upsert('workout', 'w'));
  for (let nr = 0; nr < 10; nr += 1) await run(ada.connectionId);
  expect(((await world.sim.statuses('oura'))['403'] ?? 0) - before).toBe(2);
  expect(await world.stateOf(ada.connectionId)).toBe('lapsed');
  const [job] = await world.jobs(ada.connectionId);
  expect(job?.inS).toBeGreaterThan(86_000);

  await world.sim.faults('oura', { lapsed: [] });
  await world.query('update ingest.connections set not_before = now() where connection_id = $1', [
    ada.connectionId,
  ]);
  await run(ada.connectionId);
  expect(await world.stateOf(ada.connectionId)).toBe('active');
  expect(of(ada.userId)).toHaveLength(1);
});

test('a scope that the person did not grant keeps nothing but its own notices waiting', async () => {
  const ada = await world.connect('oura', { scope: 'personal daily' });
  const before = (await world.sim.statuses('oura'))['403'] ?? 0;
  for (const id of ['w1', 'w2']) {
    await world.sim.put('oura', ada.account, 'workout', ouraWorkout({ id, ...workoutTimes() }));
    await world.notice(ada, upsert('workout', id));
    await run(ada.connectionId);
  }
  await world.sim.put('oura', ada.account, 'sleep', sleepOf('granted'));
  await world.notice(ada, upsert('sleep', 'granted'));
  await world.notice(ada, { ...upsert('workout', 'w3'), ageS: 86_401 });
  await run(ada.connectionId);
  expect(await world.stateOf(ada.connectionId)).toBe('active');
  expect(of(ada.userId)).toMatchObject([{ event_type: 'sleep' }]);
  expect(await world.noticeStates(ada.connectionId)).toEqual({ resolved: 1, waiting: 2, gave_up: 1 });
  expect(((await world.sim.statuses('oura'))['403'] ?? 0) - before).toBe(3);
  const [job] = await world.jobs(ada.connectionId);
  expect(job?.inS).toBeGreaterThan(86_000);
});

test('what waits for tomorrow begins at once when the person consents again, or somebody asks for it', async () => {
  const { writes } = world.main.connections;
  const again = {
    consent: async ({ account, person }: Connected) => {
      const tokens = await world.sim.consent('oura', account);
      await writes.connect({ person, vendor: 'oura', vendorUserId: account, tokens });
    },
    resync: ({ connectionId }: Connected) => writes.resync(connectionId),
  };
  for (const ask of [again.consent, again.resync]) {
    const ada = await world.connect('oura', { isPulled: true });
    await world.sim.faults('oura', { lapsed: [ada.account] });
    await world.notice(ada, upsert('workout', 'w'));
    await run(ada.connectionId);
    await world.query(`select graphile_worker.remove_job('pull:' || $1::text)`, [ada.connectionId]);
    await world.main.tasks['pull_history']?.({ connection_id: ada.connectionId });
    const waiting = await world.jobs(ada.connectionId);
    expect(waiting.map(({ inS }) => inS > 86_000)).toEqual([true, true]);

    await world.sim.faults('oura', { lapsed: [] });
    await ask(ada);
    const asked = await world.jobs(ada.connectionId);
    expect(asked.map(({ task, inS }) => [task, inS < 1])).toEqual([
      ['pull_history', true],
      ['resolve_notices', true],
    ]);
    for (const { task } of asked) await world.main.tasks[task]?.({ connection_id: ada.connectionId });
    expect(await world.stateOf(ada.connectionId)).toBe('active');
  }
});

test('a consent that ended keeps the notices until the person consents again', async () => {
  const ada = await world.connect('oura');
  await world.notice(ada, upsert('sleep', 'later'));
  await world.sim.end('oura', ada.account, 'consent');
  await run(ada.connectionId);
  expect(await world.stateOf(ada.connectionId)).toBe('needs_consent');
  expect(await world.noticeStates(ada.connectionId)).toEqual({ waiting: 1 });
});

test('a refusal that arrives after the person has consented again changes nothing', async () => {
  const { queries, writes } = world.main.connections;
  const ada = await world.connect('oura');
  const opened = await queries.byId(ada.connectionId);
  if (opened === undefined) throw new Error('no connection');
  const tokens = await world.sim.consent('oura', ada.account);
  await writes.connect({ person: ada.person, vendor: 'oura', vendorUserId: ada.account, tokens });

  expect(await writes.markState(opened, 'needs_consent', null)).toBe(false);
  expect(await writes.markState(opened, 'lapsed', new Date(Date.now() + day))).toBe(false);
  const now = await queries.byId(ada.connectionId);
  expect(now).toMatchObject({ state: 'active', notBefore: undefined });
  expect(now && (await writes.markState(now, 'lapsed', null))).toBe(true);
  expect(await world.stateOf(ada.connectionId)).toBe('lapsed');
});

test('an access token that ended is renewed once for two processes', async () => {
  const ada = await world.connect('oura');
  const ids = ['r1', 'r2', 'r3', 'r4', 'r5', 'r6'];
  for (const id of ids) {
    await world.sim.put('oura', ada.account, 'sleep', sleepOf(id));
    await world.notice(ada, upsert('sleep', id));
  }
  await world.sim.end('oura', ada.account, 'access');
  const { granted } = await world.sim.refreshes('oura');
  const others = [world.openParts(), world.openParts()];
  const runIn = async ({ tasks }: (typeof others)[number]) => {
    await tasks['resolve_notices']?.({ connection_id: ada.connectionId });
  };
  await Promise.all(others.map(runIn));
  expect((await world.sim.refreshes('oura')).granted - granted).toBe(1);
  expect(await world.noticeStates(ada.connectionId)).toEqual({ resolved: 6 });
  expect(of(ada.userId)).toHaveLength(6);
});

test('a notice that was on its way while its person disconnected does not wait for ever', async () => {
  const ada = await world.connect('oura');
  await world.main.connections.writes.disconnect(ada.connectionId);
  await world.notice(ada, upsert('sleep', 'late'));
  await run(ada.connectionId);
  expect(await world.noticeStates(ada.connectionId)).toEqual({ gave_up: 1 });
});

test('a person who was erased leaves no notices', async () => {
  const eve = await world.connect('oura');
  await world.notice(eve, upsert('sleep', 'e'));
  await world.asOwner('delete from keys.subject_keys where subject_id = $1', [eve.person.subjectId]);
  await world.asOwner('update keys.subjects set erased_at = now() where subject_id = $1', [
    eve.person.subjectId,
  ]);
  await world.openParts().tasks['resolve_notices']?.({ connection_id: eve.connectionId });
  expect(await world.noticeStates(eve.connectionId)).toEqual({});
});

test('while the vendor is down everything waits; afterwards it drains, newest first, by itself', async () => {
  const ada = await world.connect('oura');
  await world.sim.faults('oura', { api: 'errors' });
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
  for (const [nr, id] of ids.entries()) {
    await world.sim.put('oura', ada.account, 'sleep', sleepOf(id));
    await world.notice(ada, { ...upsert('sleep', id), ageS: 100 * nr });
  }
  const runner = world.startRunner();
  await until(
    () => world.jobs(ada.connectionId),
    ([job]) => (job?.inS ?? 0) > 1,
  );
  expect(await world.noticeStates(ada.connectionId)).toEqual({ waiting: 6 });
  await world.sim.faults('oura', { api: 'up' });
  await until(
    () => world.noticeStates(ada.connectionId),
    ({ resolved }) => resolved === 6,
  );
  await runner.close();
  expect(of(ada.userId)).toHaveLength(6);
});

test('objects at which the vendor fails let the others of their connection pass', async () => {
  const ada = await world.connect('oura');
  await world.sim.faults('oura', { api: 'errors' });
  for (const id of ['bad1', 'bad2', 'bad3', 'bad4']) await world.notice(ada, upsert('sleep', id));
  await run(ada.connectionId);
  const [{ later } = { later: -1 }] = await world.query<{ later: number }>(
    `select count(*) later from ingest.notices
      where connection_id = $1 and attempts = 1 and next_attempt_at > now() + interval '5 seconds'`,
    [ada.connectionId],
  );
  expect(later).toBeGreaterThan(0);
});

test('two processes at once fetch each object once', async () => {
  const people = await Promise.all(Array.from({ length: 6 }, () => world.connect('oura')));
  for (const person of people) {
    for (let nr = 0; nr < 8; nr += 1) {
      const id = `${person.account}-${nr}`;
      await world.sim.put('oura', person.account, 'sleep', sleepOf(id));
    }
  }
  const runners = [world.startRunner(), world.startRunner()];
  const notices = people.flatMap((person) =>
    Array.from({ length: 16 }, (_, nr) =>
      world.notice(person, upsert('sleep', `${person.account}-${nr % 8}`)),
    ),
  );
  await Promise.all(notices);
  for (const { connectionId } of people) {
    await until(
      () => world.noticeStates(connectionId),
      ({ resolved }) => resolved === 16,
    );
  }
  for (const runner of runners) await runner.close();
  for (const { userId } of people) expect(of(userId)).toHaveLength(8);
  const fetches = await world.sim.fetches('oura');
  const counts = people.flatMap(({ account }) =>
    Array.from({ length: 8 }, (_, nr) => fetches[`sleep/${account}-${nr}`] ?? 0),
  );
  // A second notice of an object may come after the first was resolved; then it is looked at again.
  expect(Math.max(...counts)).toBeLessThanOrEqual(2);
  expect(Math.min(...counts)).toBe(1);
});

function workoutTimes() {
  const { start, end, day: localDay } = recent();
  return { start_datetime: start, end_datetime: end, day: localDay };
}
