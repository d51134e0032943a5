import { connectPostgres, type Postgres, type Query, type Statement } from '@bridge/postgres';
import { createTestDatabase, randomName, silentLog, testMorning } from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyLedger } from '../src/notifications/domain/notification-plan.ts';
import { makeGroupsDue } from '../src/notifications/rows/due-groups.ts';
import { createDueGroups, type ClaimedGroup, type DueGroups } from '../src/notifications/rows/group-rows.ts';
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

const own = (rows: readonly ClaimedGroup[], subjectId: string) =>
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
    const claimed = own(await groups.claim(tx.query, { now, limit: 200 }), subjectId);
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
