import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { dueAt, unansweredUntil, type QueuePosition } from '../src/notices/domain/queue-position.ts';
import { addJobs } from '../src/jobs/add-jobs.ts';
import { createNoticeQueue } from '../src/notices/rows/notice-queue.ts';
import { connectPeople, noticeWorkout, type ConnectedPerson } from './notice-workout.ts';
import { openPullsWorld, until, type PullsWorld } from './pulls-world.ts';

let world: PullsWorld;
beforeAll(async () => {
  world = await openPullsWorld();
});
afterEach(() => world.query('delete from graphile_worker._private_jobs'));
afterAll(() => world.close());

const people = (count: number) => connectPeople(world, count);
/** A workout of yesterday, and its notice of so many seconds ago. */
const workout = (of: ConnectedPerson, id: string, ageS: number) => noticeWorkout(world, of, { id, ageS });
const line = () => createNoticeQueue(world.query);
/** Seconds; the test itself takes some of them. */
const ageInLine = async () => (Date.now() - ((await line().newestMs('oura')) ?? 0)) / 1_000;
const expectAge = async (ageS: number) => {
  const age = await ageInLine();
  expect(age).toBeGreaterThan(ageS - 1);
  expect(age).toBeLessThan(ageS + 40);
};
const inLine = async (of: readonly ConnectedPerson[]) => {
  const jobs = await Promise.all(of.map(({ connectionId }) => world.jobs(connectionId)));
  return jobs.map(([job]) => job !== undefined && job.inS < 0);
};

test('the newest in line is the newest that somebody could take', async () => {
  const [ada, bob] = (await people(2)) as [ConnectedPerson, ConnectedPerson];
  await workout(ada, 'a', 200);
  await workout(bob, 'b', 100);
  const other = await world.connect('whoop');
  await world.notice(other, { dataType: 'sleep', objectId: 'w', operation: 'upsert', ageS: 50 });
  await expectAge(100);
  // Its connection is being worked on.
  await world.query(
    `update graphile_worker._private_job_queues set locked_at = now(), locked_by = 'x' where queue_name = $1`,
    [bob.connectionId],
  );
  await expectAge(200);
});

test('a held line is empty; then one has its turn, then everybody with something to do', async () => {
  const all = await people(3);
  const [newest, older, nothingDue] = all as [ConnectedPerson, ConnectedPerson, ConnectedPerson];
  await workout(older, 'o', 200);
  await workout(newest, 'n', 100);
  await workout(nothingDue, 'd', 50);
  const other = await world.connect('whoop');
  await world.notice(other, { dataType: 'sleep', objectId: 'w', operation: 'upsert', ageS: 300 });
  await line().pause('oura', Date.now() + 60_000);
  expect(await inLine([...all, other])).toEqual([false, false, false, true]);

  await world.query(
    `update ingest.notices set next_attempt_at = now() + interval '1 hour' where connection_id = $1`,
    [nothingDue.connectionId],
  );
  await line().resume('oura', 1);
  expect(await inLine(all)).toEqual([true, false, false]);
  await line().resume('oura');
  expect(await inLine(all)).toEqual([true, true, false]);
  await expectAge(100);
});

test('the end of an outage ends the wait of those who got no answer, and of nobody else', async () => {
  const all = await people(3);
  const [ada, ben, cleo] = all as [ConnectedPerson, ConnectedPerson, ConnectedPerson];
  const inAMinute = Date.now() + 60_000;
  const wait = async (of: ConnectedPerson, id: string, place: QueuePosition) => {
    await workout(of, id, 200);
    await world.query(`select graphile_worker.remove_job('resolve:' || $1::text)`, [of.connectionId]);
    await addJobs(world.query, [{ task: 'resolve_notices', connectionId: of.connectionId, ...place }]);
  };
  await wait(ada, 'a', unansweredUntil(inAMinute));
  await wait(ben, 'b', dueAt(inAMinute));
  await wait(cleo, 'c', unansweredUntil(inAMinute));
  await world.query(
    `update ingest.notices set next_attempt_at = now() + interval '1 hour' where connection_id = $1`,
    [cleo.connectionId],
  );
  await line().resume('oura', 3);
  expect(await inLine(all)).toEqual([false, false, false]);
  await line().resume('oura');
  expect(await inLine(all)).toEqual([true, false, false]);
  await expectAge(200);
});

test('whoever got no answer does not overtake those who are paused', async () => {
  const [ada, ben] = (await people(2)) as [ConnectedPerson, ConnectedPerson];
  await workout(ada, 'a', 200);
  await workout(ben, 'b', 100);
  await world.query(`select graphile_worker.remove_job('resolve:' || $1::text)`, [ada.connectionId]);
  const place = unansweredUntil(Date.now() + 1_000);
  await addJobs(world.query, [{ task: 'resolve_notices', connectionId: ada.connectionId, ...place }]);
  await line().pause('oura', Date.now() + 60_000);
  const waits = await Promise.all([ada, ben].map(({ connectionId }) => world.jobs(connectionId)));
  for (const [job] of waits) expect(job?.inS).toBeGreaterThan(50);
  await line().resume('oura', 1);
  expect(await inLine([ada, ben])).toEqual([false, true]);
});

test('who has older notices gives way, and keeps its place', async () => {
  const [ada, bob] = (await people(2)) as [ConnectedPerson, ConnectedPerson];
  await workout(ada, 'new', 100);
  await workout(ada, 'old', 300);
  await workout(bob, 'between', 200);
  await world.query(`select graphile_worker.remove_job('resolve:' || $1::text)`, [ada.connectionId]);
  await world.main.tasks['resolve_notices']?.({ connection_id: ada.connectionId });
  expect(await world.noticeStates(ada.connectionId)).toEqual({ resolved: 1, waiting: 1 });
  expect(await inLine([ada, bob])).toEqual([true, true]);
  await expectAge(200);
});

/** Of the first person a round of four; of two more people and of each probe one. */
const mostRevealing = 8;
/** The failed attempts for each notice of these people, newest first. */
const attemptsOf = async (of: readonly ConnectedPerson[]) => {
  const rows = await world.query<{ attempts: number }>(
    'select attempts from ingest.notices where connection_id = any($1::uuid[]) order by received_at desc',
    [of.map(({ connectionId }) => connectionId)],
  );
  return rows.map(({ attempts }) => attempts);
};

test(
  'after an outage the backlog of all drains newest first, soon and by itself',
  { timeout: 90_000 },
  async () => {
    const all = await people(6);
    await world.sim.faults('oura', { api: 'errors' });
    const ids: string[] = [];
    const runner = world.startRunner(undefined, 1);
    for (let nr = 0; nr < 30; nr += 1) {
      ids.push(`workout/${nr}`);
      // From one person to the next, ten seconds apart.
      await workout(all[nr % all.length] as ConnectedPerson, String(nr), 60 + 10 * nr);
    }
    await until(
      () => inLine(all),
      (are) => are.every((is) => !is),
    );
    const eventsBefore = world.events.length;
    const upAt = Date.now();
    await world.sim.faults('oura', { api: 'up' });
    const came = () => world.events.slice(eventsBefore).map(({ provenance }) => provenance.object_id ?? '');
    // Those by which the outage was noticed, and those that looked whether it is over, wait a little longer.
    const drain = async () => {
      const attempts = await attemptsOf(all);
      const others = ids.filter((_, nr) => attempts[nr] === 0);
      return { others, ofOthers: came().filter((id) => others.includes(id)) };
    };
    await until(drain, ({ others, ofOthers }) => ofOthers.length === others.length);
    expect(Date.now() - upAt).toBeLessThan(20_000);
    const { others, ofOthers } = await drain();
    expect(ofOthers).toEqual(others);
    expect(ids.length - others.length).toBeLessThanOrEqual(mostRevealing);
    await until(came, ({ length }) => length === ids.length);
    await runner.close();
  },
);
