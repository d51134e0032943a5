import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createConnectionViews } from '../src/connections/rows/connection-views.ts';
import { unsealDocument } from '../src/documents/rows/document-rows.ts';
import { ouraSleep } from '../src/vendors/oura/fixtures.ts';
import { oura } from '../src/vendors/oura/vendor.ts';
import { wantedTypes } from '../src/pulls/domain/pull-plan.ts';
import { openPullsWorld, type PullsWorld } from './pulls-world.ts';
import { openVendorFront, type VendorFront } from './vendor-front.ts';

let world: PullsWorld;
let front: VendorFront;
beforeAll(async () => {
  world = await openPullsWorld();
  front = await openVendorFront(`${world.sim.url}/oura`);
});
afterEach(() => {
  front.answer(() => undefined);
});
afterAll(async () => {
  await front.close();
  await world.close();
});

type ConnectedPerson = Awaited<ReturnType<PullsWorld['connect']>>;
type Task = 'pull_history' | 'reconcile_connection';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const before = (ms: number) => new Date(Date.now() - ms);
/** Another process each time: what one knows of a vendor's outage would keep it from asking again at once. */
const run = (task: Task, { connectionId }: ConnectedPerson) =>
  world.openParts(front.url).tasks[task]?.({ connection_id: connectionId });
const maintenance = { status: 200, body: '<html>We are back soon</html>' };
const isList = (asked: URL, name: string) => asked.pathname.endsWith(`/usercollection/${name}`);

const nightsOf = ({ userId }: ConnectedPerson) =>
  world.events.flatMap(({ user_id, event_type, provenance }) =>
    user_id === userId && event_type === 'sleep' ? [provenance.object_id] : [],
  );
const pulseOf = ({ userId }: ConnectedPerson) =>
  world.events.filter(({ user_id, event_type }) => user_id === userId && event_type === 'heart_rate');

function putNight({ account }: ConnectedPerson, daysAgo: number) {
  const end = before(daysAgo * dayMs);
  const document = ouraSleep({
    id: `night-${daysAgo}`,
    day: end.toISOString().slice(0, 10),
    bedtime_start: new Date(end.getTime() - 8 * hourMs).toISOString(),
    bedtime_end: end.toISOString(),
    heart_rate: null,
    hrv: null,
  });
  return world.sim.put('oura', account, 'sleep', document);
}

async function reconciledAt({ connectionId }: ConnectedPerson): Promise<Date | null | undefined> {
  const [row] = await world.query<{ at: Date | null }>(
    'select reconciled_at at from ingest.connections where connection_id = $1',
    [connectionId],
  );
  return row?.at;
}

async function setReconciled({ connectionId }: ConnectedPerson, daysAgo: number): Promise<Date> {
  const at = before(daysAgo * dayMs);
  await world.query('update ingest.connections set reconciled_at = $2 where connection_id = $1', [
    connectionId,
    at,
  ]);
  return at;
}

/** Asked for twice, a point is the same one. */
const startMs = Date.now();
const point = (hoursAgo: number) => ({
  timestamp: new Date(startMs - hoursAgo * hourMs).toISOString(),
  bpm: 60,
  source: 'awake',
});

/** A list of points in two pages, of which Oura gives those of the span that was asked for. */
function twoPages(asked: URL, pages: readonly [readonly number[], readonly number[]]) {
  const from = Date.parse(asked.searchParams.get('start_datetime') ?? '');
  const isFirst = !asked.searchParams.has('next_token');
  const data = pages[isFirst ? 0 : 1].map(point).filter(({ timestamp }) => Date.parse(timestamp) >= from);
  return { status: 200, body: JSON.stringify({ data, next_token: isFirst ? 'second' : null }) };
}

test('heart rate that stopped between two pages is not passed over by the next pull', async () => {
  const ada = await world.connect('oura');
  const pages = [
    [60, 50],
    [40, 30, 1],
  ] as const;
  const fails = (asked: URL) => asked.searchParams.has('next_token');
  front.answer((asked) => {
    if (!isList(asked, 'heartrate')) return undefined;
    return fails(asked) ? { status: 503, body: '' } : twoPages(asked, pages);
  });
  await run('reconcile_connection', ada);
  expect(pulseOf(ada).flatMap(({ readings }) => readings)).toHaveLength(2);
  expect(await reconciledAt(ada)).toBeNull();

  front.answer((asked) => (isList(asked, 'heartrate') ? twoPages(asked, pages) : undefined));
  await run('reconcile_connection', ada);
  expect(pulseOf(ada).flatMap(({ readings }) => readings)).toHaveLength(5);
  expect((await reconciledAt(ada))?.getTime()).toBeGreaterThan(Date.now() - 60_000);
});

test('after an outage everything since the last complete reconciliation is asked for', async () => {
  const ada = await world.connect('oura');
  for (const daysAgo of [1, 10, 20]) await putNight(ada, daysAgo);
  await setReconciled(ada, 12);
  await run('reconcile_connection', ada);
  expect(nightsOf(ada).sort()).toEqual(['sleep/night-1', 'sleep/night-10']);
  expect((await reconciledAt(ada))?.getTime()).toBeGreaterThan(Date.now() - 60_000);
});

test('a membership that comes back after weeks has its documents, also when a notice tells of it', async () => {
  const ada = await world.connect('oura');
  for (const daysAgo of [2, 15]) await putNight(ada, daysAgo);
  const reconciled = await setReconciled(ada, 20);
  await world.sim.faults('oura', { lapsed: [ada.account] });
  await run('reconcile_connection', ada);
  expect(await world.stateOf(ada.connectionId)).toBe('lapsed');
  expect(await reconciledAt(ada)).toEqual(reconciled);

  await world.sim.faults('oura', { lapsed: [] });
  await world.query('update ingest.connections set not_before = null where connection_id = $1', [
    ada.connectionId,
  ]);
  await world.notice(ada, { dataType: 'sleep', objectId: 'night-2', operation: 'upsert' });
  await world.main.tasks['resolve_notices']?.({ connection_id: ada.connectionId });
  expect(await world.stateOf(ada.connectionId)).toBe('active');
  expect(nightsOf(ada)).toEqual(['sleep/night-2']);
  expect(await reconciledAt(ada)).toEqual(reconciled);

  await run('reconcile_connection', ada);
  expect(nightsOf(ada)).toEqual(['sleep/night-2', 'sleep/night-15']);
});

test('a scope that was not granted does not make a reconciliation incomplete', async () => {
  const ada = await world.connect('oura', { scope: 'personal daily' });
  await run('reconcile_connection', ada);
  expect((await reconciledAt(ada))?.getTime()).toBeGreaterThan(Date.now() - 60_000);
});

test('a reconciliation with a list that cannot be read goes on and is not complete', async () => {
  const ada = await world.connect('oura');
  await putNight(ada, 1);
  const reconciled = await setReconciled(ada, 5);
  front.answer((asked) => (isList(asked, 'daily_sleep') ? { status: 404, body: '{}' } : undefined));
  const asked = async () => (await world.sim.statuses('oura'))['200'] ?? 0;
  const askedBefore = await asked();
  await run('reconcile_connection', ada);
  expect(nightsOf(ada)).toEqual(['sleep/night-1']);
  expect((await asked()) - askedBefore).toBe(wantedTypes(oura).length - 1);
  expect(await reconciledAt(ada)).toEqual(reconciled);
});

test('nothing but pages about maintenance do not end a lapse', async () => {
  const ada = await world.connect('oura');
  await world.sim.faults('oura', { lapsed: [ada.account] });
  await run('reconcile_connection', ada);
  await world.sim.faults('oura', { lapsed: [] });
  await world.query('update ingest.connections set not_before = null where connection_id = $1', [
    ada.connectionId,
  ]);
  front.answer(() => maintenance);
  await run('reconcile_connection', ada);
  expect(await world.stateOf(ada.connectionId)).toBe('lapsed');
});

test('history of which a list cannot be read waits for it, and the rest goes on', async () => {
  const ada = await world.connect('oura');
  for (const daysAgo of [1, 20]) await putNight(ada, daysAgo);
  front.answer((asked) => (isList(asked, 'sleep') ? maintenance : undefined));
  await run('pull_history', ada);
  const unfinished = () =>
    world.query<{ type: string; isBegun: boolean }>(
      `select data_type "type", pulled_from < wanted_until "isBegun" from ingest.pulls
        where connection_id = $1 and finished_at is null`,
      [ada.connectionId],
    );
  expect(await unfinished()).toEqual([{ type: 'sleep', isBegun: false }]);
  const [job] = await world.jobs(ada.connectionId);
  expect(job?.task).toBe('pull_history');
  expect(job?.inS).toBeGreaterThan(3_500);
  expect(job?.inS).toBeLessThan(3_700);

  front.answer(() => undefined);
  await run('pull_history', ada);
  expect(await unfinished()).toEqual([]);
  expect(nightsOf(ada)).toEqual(['sleep/night-1', 'sleep/night-20']);
});

test('what comes while the history is pulled is for reconciliation to find', async () => {
  const ada = await world.connect('oura');
  const begun = Date.now();
  await run('pull_history', ada);
  const at = (await reconciledAt(ada))?.getTime() ?? 0;
  expect(at).toBeGreaterThanOrEqual(begun);
  await setReconciled(ada, 5);
  await world.main.connections.writes.resync(ada.connectionId);
  await run('pull_history', ada);
  // Pulled anew, but only up to now: nothing is forgotten of what was not reconciled.
  expect((await reconciledAt(ada))?.getTime()).toBeLessThan(Date.now() - 4 * dayMs);
});

test('points that are none are set aside, counted and shown', async () => {
  const ada = await world.connect('oura');
  const good = point(2);
  const unreadable = [
    { ...point(3), bpm: '61' },
    { bpm: 62, source: 'awake' },
    { ...point(4), timestamp: 4 },
  ];
  const data = [good, ...unreadable, { ...good, timestamp: 'string' }, { ...point(5), bpm: -4 }];
  front.answer((asked) =>
    isList(asked, 'heartrate')
      ? { status: 200, body: JSON.stringify({ data, next_token: null }) }
      : undefined,
  );
  await run('reconcile_connection', ada);
  await run('reconcile_connection', ada);
  expect(pulseOf(ada).flatMap(({ readings }) => readings)).toHaveLength(1);
  const shown = await createConnectionViews(world.query).quarantined([ada.person.subjectId]);
  expect(shown.map(({ source, reason, count }) => [source, reason, count])).toEqual([
    ['oura', 'implausible_value', 1],
    ['oura', 'invalid_document', 3],
  ]);
  const rows = await world.query<{ hash: Buffer; sealed: Buffer }>(
    `select content_hash hash, sealed from ingest.documents
      where connection_id = $1 and reason = 'invalid_document' order by document_id`,
    [ada.connectionId],
  );
  const kept = rows.map(({ hash, sealed }) => unsealDocument(ada.person, hash, sealed).toString('utf8'));
  expect(kept).toEqual(unreadable.map((item) => JSON.stringify(item)));
});

test('jobs that nobody would add again may fail for years', async () => {
  const ada = await world.connect('oura', { isPulled: true });
  await world.notice(ada, { dataType: 'sleep', objectId: 'x', operation: 'upsert' });
  const jobs = await world.query<{ task: string; max: number }>(
    `select task_identifier task, max_attempts max from graphile_worker.jobs where queue_name = $1 order by 1`,
    [ada.connectionId],
  );
  expect(jobs.map(({ task }) => task)).toEqual(['pull_history', 'resolve_notices']);
  for (const { max } of jobs) expect(max).toBeGreaterThan(5_000);
});
