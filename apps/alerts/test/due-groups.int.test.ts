import type { AlertMatch } from '@bridge/contracts';
import { connectPostgres, type Postgres, type Query, type Statement } from '@bridge/postgres';
import { createTestDatabase, randomName, silentLog, testMorning } from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyLedger } from '../src/notifications/domain/notification-plan.ts';
import { makeConcernedDue } from '../src/notifications/rows/concerned-groups.ts';
import { makeGroupsDue } from '../src/notifications/rows/due-groups.ts';
import { createDueGroups, type DueGroups, type GroupRow } from '../src/notifications/rows/group-rows.ts';
import { noneUnreadable, openVault } from './start-alerts.ts';

const now = testMorning;
const later = now + 60_000;

let postgres: Postgres;
let groups: DueGroups;
let closeDatabase: () => Promise<void> | void;

beforeAll(async () => {
  const database = await createTestDatabase();
  closeDatabase = () => database.close();
  postgres = connectPostgres(
    { url: database.urlFor('alerts'), max: 5, applicationName: 'alerts-test', statementTimeoutMs: 5_000 },
    { log: silentLog, metrics: new Registry() },
  );
  groups = createDueGroups({ vault: openVault(postgres.query), noteUnreadable: noneUnreadable });
});

afterAll(async () => {
  await postgres.close();
  await closeDatabase();
});

const run = (query: Query, { text, values }: Statement) => query(text, [...values]);

async function newPerson(): Promise<string> {
  const userId = randomName('user');
  const subjectId = (await openVault(postgres.query).subjectsFor([userId])).get(userId)?.subjectId;
  if (subjectId === undefined) throw new Error('the person has no subject');
  return subjectId;
}

const makeDue = (subjectId: string, dueAt = now) =>
  run(postgres.query, makeGroupsDue([{ subjectId, changedAt: now, dueAt }]));

const own = (rows: readonly GroupRow[], subjectId: string) =>
  rows.filter((row) => row.subjectId === subjectId);

async function dueAt(subjectId: string): Promise<number | null> {
  const [row] = await postgres.query<{ at: number | null }>(
    `select (extract(epoch from due_at) * 1000)::float8 at from alerts.notification_groups where subject_id = $1`,
    [subjectId],
  );
  return row?.at ?? null;
}

/** Plans one person and looks again at `dueAt`; `meanwhile` runs between the claim and the save. */
async function plan(subjectId: string, meanwhile: () => Promise<unknown>, dueAt = later): Promise<number> {
  return postgres.transaction(async (tx) => {
    const all = await groups.claim(tx.query, { now, limit: 200 });
    const claimed = own(await groups.load(tx.query, all, now), subjectId);
    await meanwhile();
    const saves = claimed.map(({ changes }) => ({ subjectId, changes, ledger: emptyLedger, dueAt }));
    await tx.pipelineAndCommit([groups.save(saves)]);
    return claimed.length;
  });
}

test('a person who was planned is due when the plan says', async () => {
  const subjectId = await newPerson();
  await makeDue(subjectId);
  expect(await plan(subjectId, () => Promise.resolve())).toBe(1);
  expect(await dueAt(subjectId)).toBe(later);
});

test('a change does not wait for a person who is being planned, and the person stays due', async () => {
  const subjectId = await newPerson();
  await makeDue(subjectId);
  // Would run into the limit of a statement if it waited.
  await plan(subjectId, () => makeDue(subjectId, now + 500));
  expect(await dueAt(subjectId)).toBe(now);
  expect(await plan(subjectId, () => Promise.resolve())).toBe(1);
  expect(await dueAt(subjectId)).toBe(later);
});

test('a change that can wait does not make a person due at once who is planned for another reason', async () => {
  const subjectId = await newPerson();
  await makeDue(subjectId);
  await plan(subjectId, () => Promise.resolve(), now);
  await plan(subjectId, () => makeDue(subjectId, now + 500));
  expect(await dueAt(subjectId)).toBe(now + 500);
});

test('nobody else plans a person who is being planned, and afterwards sees what was saved', async () => {
  const subjectId = await newPerson();
  await makeDue(subjectId);
  let others = -1;
  await plan(subjectId, async () => {
    others = await plan(subjectId, () => Promise.resolve());
  });
  expect(others).toBe(0);
  expect(await plan(subjectId, () => Promise.resolve())).toBe(0);
});

test('a configuration that changes while somebody is planned keeps the person due', async () => {
  const subjectId = await newPerson();
  await makeDue(subjectId);
  await plan(subjectId, async () => {
    await postgres.query(
      `insert into alerts.episodes (alert_id, subject_id, kind, status, severity, opened_at, updated_at, version, source)
       values (decode(md5($1), 'hex'), $1::uuid, 'rule.test', 'firing', 'warning', now(), now(), 1, 'cognition')`,
      [subjectId],
    );
    await groups.everybodyDue(postgres.query);
    await postgres.query('delete from alerts.episodes where subject_id = $1', [subjectId]);
  });
  expect(await dueAt(subjectId)).toBe(now);
});

/** A person with one alert, planned and not due. */
async function settled(given: { kind?: string; status?: string; told?: boolean } = {}): Promise<string> {
  const { kind = 'rule.test', status = 'firing', told = false } = given;
  const subjectId = await newPerson();
  await makeDue(subjectId);
  await postgres.query(
    `insert into alerts.episodes (alert_id, subject_id, kind, status, severity, opened_at, updated_at, version, source)
     values (decode(md5($1::text), 'hex'), $1::text::uuid, $2, $3, 'warning', now(), now(), 1, 'cognition')`,
    [subjectId, kind, status],
  );
  await postgres.query(
    `update alerts.notification_groups
        set due_at = null, ledger = case when $2 then jsonb_set(ledger, array['alerts', md5($1::text)], '{"told": {}}') else ledger end
      where subject_id = $1::text::uuid`,
    [subjectId, told],
  );
  return subjectId;
}

test('a silence makes those due who have an alert that it may hold, or whose end it may hold, and nobody else', async () => {
  const [ada, grace] = [await settled({ kind: 'rule.pulse_high' }), await settled({ kind: 'rule.spo2_low' })];
  const ending = await settled({ kind: 'rule.pulse_low', status: 'resolved', told: true });
  const over = await settled({ kind: 'rule.pulse_low', status: 'resolved' });
  const damaged = await settled({ kind: 'acme.fall' });
  await postgres.query(
    `update alerts.notification_groups set ledger = '{"alerts": 1}' where subject_id = $1`,
    [damaged],
  );
  await postgres.query(`insert into alerts.person_groups (name, updated_at) values ('team', now())`);
  await postgres.query(`insert into alerts.person_group_members (name, subject_id) values ('team', $1)`, [
    grace,
  ]);
  const everybody = { ada, grace, ending, over, damaged };
  const madeDue = async (concern: Parameters<typeof makeConcernedDue>[1]) => {
    await makeConcernedDue(postgres.query, concern);
    const rows = await postgres.query<{ subjectId: string }>(
      `update alerts.notification_groups set due_at = null
        where due_at is not null and subject_id = any($1::uuid[]) returning subject_id "subjectId"`,
      [Object.values(everybody)],
    );
    const due = new Set(rows.map(({ subjectId }) => subjectId));
    return Object.entries(everybody).flatMap(([name, subjectId]) => (due.has(subjectId) ? [name] : []));
  };
  const of = (match: AlertMatch, subjectIds?: readonly string[]) => madeDue({ match, subjectIds });

  expect(await of({ user_id: ['ada'] }, [ada])).toEqual(['ada']);
  expect(await of({ user_id: ['ada'], kind: ['rule.spo2_low'] }, [ada])).toEqual([]);
  expect(await of({ kind: [{ prefix: 'rule.pulse_' }] })).toEqual(['ada', 'ending']);
  expect(await of({ kind: ['rule.spo2_low', { prefix: 'acme.' }] })).toEqual(['grace', 'damaged']);
  expect(await of({ severity: ['critical'] })).toEqual([]);
  expect(await of({ source: [{ prefix: 'cog' }], group: ['team'] })).toEqual(['grace']);
  expect(await of({ question: true })).toEqual(['ada', 'grace', 'ending', 'damaged']);
});
