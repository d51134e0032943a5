import { modes, operatorsUserId, type Mode, type PersonList } from '@bridge/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PeopleSelection } from '../src/index.ts';
import { urgencyOf } from '../src/urgency.ts';
import { everybody, openHistory, type HistoryWorld } from './history-world.ts';

const people = 500;
const hourMs = 3_600_000;
let world: HistoryWorld;

const nameOf = (index: number) => `user-${String(index).padStart(3, '0')}`;
const modeOf = (index: number): Mode | null => [...modes, null][index % 5] ?? null;
/** Every seventh has a warning, every fiftieth a critical alert too; some have one that only informs. */
const severitiesOf = (index: number) => [
  ...(index % 50 === 0 ? ['critical'] : []),
  ...(index % 7 === 0 ? ['warning', 'warning'] : []),
  ...(index % 11 === 0 ? ['info'] : []),
];

beforeAll(async () => {
  world = await openHistory();
  const names = Array.from({ length: people }, (_, index) => nameOf(index));
  const subjects = await world.vault.subjectsFor([...names, operatorsUserId]);
  const ids = names.map((name) => subjects.get(name)?.subjectId);
  await world.owner.query(
    `insert into neuros_checkpoints (thread_id, version, seq, mode, state, mode_since, last_event_at)
     select id, 1, 7, nullif(mode, ''), ''::bytea, now() - n * interval '1 minute',
            now() - case when n % 10 = 3 then interval '30 hours' else interval '1 hour' end
       from unnest($1::uuid[], $2::text[], $3::int[]) as p(id, mode, n)`,
    [ids, names.map((_, index) => modeOf(index) ?? ''), names.map((_, index) => index)],
  );
  const alerts = names.flatMap((_, index) =>
    severitiesOf(index).map((severity, nr) => ({ id: ids[index], severity, index, nr })),
  );
  await world.owner.query(
    `insert into alerts.episodes (alert_id, subject_id, kind, status, severity, opened_at, updated_at, version, source)
     select sha256(convert_to(id || '/' || nr, 'UTF8')), id, 'rule.pulse_high', 'firing', severity,
            now() - n * interval '1 second', now(), 1, 'cognition'
       from unnest($1::uuid[], $2::text[], $3::int[], $4::int[]) as a(id, severity, n, nr)`,
    [
      alerts.map(({ id }) => id),
      alerts.map(({ severity }) => severity),
      alerts.map(({ index }) => index),
      alerts.map(({ nr }) => nr),
    ],
  );
});
afterAll(() => world.close());

async function list(given: Partial<PeopleSelection> = {}, viewer = everybody): Promise<PersonList> {
  const result = await world.history.listPeople(viewer, { sort: 'urgency', limit: 100, ...given });
  if (result.kind !== 'found') throw new Error(JSON.stringify(result));
  return result.value;
}

async function listAll(given: Partial<PeopleSelection> = {}): Promise<PersonList['users']> {
  const users = [];
  let cursor: string | undefined;
  do {
    const page = await list({ ...given, cursor, limit: 70 });
    users.push(...page.users);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return users;
}

describe('the list of people', () => {
  test('has everybody once, the most urgent first and of equals whoever waits longest', async () => {
    const users = await listAll();
    expect(users).toHaveLength(people);
    expect(new Set(users.map(({ user_id }) => user_id)).size).toBe(people);
    const urgencies = users.map(({ urgency }) => urgency);
    expect(urgencies).toEqual(urgencies.toSorted((a, b) => b - a));
    for (const { urgency, alerts, mode } of users) expect(urgency).toBe(urgencyOf(alerts, mode));
    const reflexAndCritical = users.filter(({ mode, alerts }) => mode === 'reflex' && alerts.critical > 0);
    expect(reflexAndCritical.map(({ user_id }) => user_id)).toEqual(
      [450, 400, 350, 300, 250, 200, 150, 100, 50, 0].map(nameOf),
    );
  });

  test('counts over everybody, whatever page and filter', async () => {
    const expected = {
      total: people,
      by_mode: { reflex: 100, guardian: 100, hypothesis: 100, pattern: 100, none: 100 },
      alerting: Array.from({ length: people }, (_, index) => index).filter(
        (index) => index % 50 === 0 || index % 7 === 0,
      ).length,
      stale: 50,
    };
    expect((await list({ limit: 1 })).counts).toEqual(expected);
    expect((await list({ mode: 'reflex', stale: true })).counts).toEqual(expected);
  });

  test('filters by mode, alerts and silence', async () => {
    expect((await listAll({ mode: 'guardian' })).map(({ mode }) => mode)).toEqual(
      Array(100).fill('guardian'),
    );
    const alerting = await listAll({ alerting: true });
    expect(alerting.every(({ alerts }) => alerts.critical + alerts.warning > 0)).toBe(true);
    expect(alerting.length + (await listAll({ alerting: false })).length).toBe(people);
    expect((await listAll({ stale: true })).every(({ stale }) => stale)).toBe(true);
  });

  test('finds whole ids and parts of them, in any case, and counts those', async () => {
    const found = await list({ q: 'USER-04', sort: 'user_id' });
    expect(found.users.map(({ user_id }) => user_id)).toEqual(
      Array.from({ length: 10 }, (_, index) => nameOf(40 + index)),
    );
    expect(found).toMatchObject({ search: 'full', counts: { total: 10 }, next: null });
    expect((await list({ q: 'nobody' })).counts.total).toBe(0);
  });

  test('sorts by user id, page by page', async () => {
    const names = (await listAll({ sort: 'user_id' })).map(({ user_id }) => user_id);
    expect(names).toEqual(Array.from({ length: people }, (_, index) => nameOf(index)));
  });

  test('shows a limited key its own persons only, and counts only those', async () => {
    const viewer = { ...everybody, users: new Set([nameOf(0), nameOf(1), 'unknown']) };
    const own = await list({}, viewer);
    expect(own.users.map(({ user_id }) => user_id)).toEqual([nameOf(0), nameOf(1)]);
    expect(own.counts).toMatchObject({ total: 2, alerting: 1 });
    expect((await list({ q: nameOf(2) }, viewer)).users).toEqual([]);
    expect((await list({ q: '-001', sort: 'user_id' }, viewer)).users).toHaveLength(1);
  });

  test('refuses the cursor of another list', async () => {
    const page = await list({ limit: 1 });
    const result = await world.history.listPeople(everybody, {
      ...{ sort: 'user_id', limit: 1 },
      cursor: page.next ?? '',
    });
    expect(result).toMatchObject({ kind: 'refused', parameter: 'cursor' });
  });

  test('knows an erased person no more, and a new one at once', async () => {
    const name = 'user-new';
    const { subjectId } = await world.personOf(name);
    world.clock.now += hourMs;
    expect((await list({ q: 'user-new' })).counts.total).toBe(1);
    await world.owner.query('delete from keys.subject_keys where subject_id = $1', [subjectId]);
    await world.owner.query('update keys.subjects set erased_at = now() where subject_id = $1', [subjectId]);
    world.clock.now += hourMs;
    expect((await list({ q: 'user-new' })).counts.total).toBe(0);
    expect((await list()).counts.total).toBe(people);
  });
});

describe('beyond as many people as are kept in memory', () => {
  test('only whole ids are found, and nobody is sorted by them', async () => {
    const crowded = await openHistory({ searchedPeople: 2 });
    await crowded.vault.subjectsFor(['ada', 'adam', 'bob']);
    const ask = (given: Partial<PeopleSelection>) =>
      crowded.history.listPeople(everybody, { sort: 'urgency', limit: 10, ...given });
    expect(await ask({ q: 'ada' })).toMatchObject({
      value: { search: 'exact', counts: { total: 1 }, users: [{ user_id: 'ada' }] },
    });
    expect(await ask({ q: 'ad' })).toMatchObject({ value: { search: 'exact', users: [] } });
    expect(await ask({})).toMatchObject({ value: { counts: { total: 3 } } });
    expect(await ask({ sort: 'user_id' })).toMatchObject({ kind: 'refused', parameter: 'sort' });
    await crowded.close();
  });
});

test('somebody who has just come is found by the whole id at once', async () => {
  const newcomer = 'newcomer-1';
  await list({ q: 'user-00' });
  const [subject] = (await world.vault.subjectsFor([newcomer])).values();
  await world.owner.query(
    `insert into neuros_checkpoints (thread_id, version, seq, state, last_event_at) values ($1, 1, 1, ''::bytea, now())`,
    [subject?.subjectId],
  );
  const { users } = await list({ q: newcomer });
  expect(users.map(({ user_id }) => user_id)).toEqual([newcomer]);
});
