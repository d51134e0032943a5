import { afterAll, beforeAll, expect, test } from 'vitest';
import { whoopSleep } from '../src/vendors/whoop/fixtures.ts';
import { openPullsWorld, until, type PullsWorld } from './pulls-world.ts';

let world: PullsWorld;
beforeAll(async () => {
  world = await openPullsWorld();
});
afterAll(() => world.close());

test('two processes with more to fetch than a minute grants never ask for more, newest first', async () => {
  const people = await Promise.all(Array.from({ length: 8 }, () => world.connect('whoop')));
  const end = new Date(Date.now() - 3_600_000).toISOString();
  const start = new Date(Date.now() - 8 * 3_600_000).toISOString();
  const times = { start, end, created_at: end, updated_at: end, timezone_offset: '+00:00' };
  for (const [nr, person] of people.entries()) {
    for (let night = 0; night < 25; night += 1) {
      const id = `${nr}-${night}`;
      await world.sim.put('whoop', person.account, 'sleep', whoopSleep({ id, ...times }));
      // The first person's notices are the newest.
      const ageS = nr * 3_600 + night;
      await world.notice(person, { dataType: 'sleep', objectId: id, operation: 'upsert', ageS });
    }
  }
  const runners = [world.startRunner(undefined, 1), world.startRunner(undefined, 1)];
  await until(
    async () => {
      const jobs = await Promise.all(people.map(({ connectionId }) => world.jobs(connectionId)));
      return jobs.flat().map(({ inS }) => Math.round(inS));
    },
    (inS) => inS.length > 0 && inS.every((seconds) => seconds > 5),
  );
  for (const runner of runners) await runner.close();
  expect(await world.sim.statuses('whoop')).toEqual({ 200: 100 });
  const states = await Promise.all(people.map(({ connectionId }) => world.noticeStates(connectionId)));
  expect(states.at(0)).toEqual({ resolved: 25 });
  // Each process has one job in hand and takes up to two ahead.
  expect(states.at(-1)).toEqual({ waiting: 25 });
});

test('a vendor that says "enough" is left alone for as long as it says', async () => {
  const ada = await world.connect('oura');
  await world.sim.faults('oura', { limitedSeconds: 600 });
  await world.notice(ada, { dataType: 'sleep', objectId: 'x', operation: 'upsert' });
  const other = world.openParts();
  for (const { tasks } of [world.main, other, world.main, other]) {
    await world.query(`select graphile_worker.remove_job('resolve:' || $1::text)`, [ada.connectionId]);
    await tasks['resolve_notices']?.({ connection_id: ada.connectionId });
  }
  expect((await world.sim.statuses('oura'))['429']).toBe(1);
  const [job] = await world.jobs(ada.connectionId);
  expect(job?.inS).toBeGreaterThan(590);
  expect(await world.main.quotaLeft('oura')).toBe(0);
  expect(await world.noticeStates(ada.connectionId)).toEqual({ waiting: 1 });
});
