import { randomUUID } from 'node:crypto';
import { createTestDatabase, testMorning } from '@bridge/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertLinks, loadLink, pruneLinks } from '../src/actions/links/rows/link-rows.ts';
import { pruneConfiguration } from '../src/configuration/rows/configuration-upkeep.ts';
import { personOf } from './delivery-world.ts';
import { noneUnreadable, openVault } from './start-alerts.ts';

type Database = Awaited<ReturnType<typeof createTestDatabase>>;

let database: Database;
let postgres: ReturnType<Database['connect']>;

beforeAll(async () => {
  database = await createTestDatabase();
  postgres = database.connect('alerts');
});
afterAll(async () => {
  await postgres.close();
  await database.close();
});

const now = testMorning;
const day = 86_400_000;

test('a link is deleted 30 days after it expired', async () => {
  const vault = openVault(postgres.query);
  const person = await personOf(vault, 'ada');
  const link = (linkId: string, expiresAt: number) => ({
    linkId,
    alertId: 'a'.repeat(32),
    subjectId: person.subjectId,
    action: 'acknowledge' as const,
    channel: 'phone',
    hypothesisId: null,
    sentFor: null,
    expiresAt,
  });
  const [kept, old] = ['1'.repeat(32), '2'.repeat(32)];
  await postgres.transaction(({ pipelineAndCommit }) =>
    pipelineAndCommit([
      insertLinks([
        { link: link(kept, now - 30 * day), person },
        { link: link(old, now - 30 * day - 1), person },
      ]),
    ]),
  );
  await pruneLinks(postgres.query, now);
  expect(
    await loadLink({ query: postgres.query, vault, noteUnreadable: noneUnreadable }, kept),
  ).toBeDefined();
  expect(
    await loadLink({ query: postgres.query, vault, noteUnreadable: noneUnreadable }, old),
  ).toBeUndefined();
});

test('a silence is deleted 90 days after it ended', async () => {
  const [kept, old] = [randomUUID(), randomUUID()];
  await postgres.query(
    `insert into alerts.silences (silence_id, begins_at, ends_at, author, created_at, body)
     select id, to_timestamp(0), to_timestamp(ends_at / 1000.0), 'me', to_timestamp(0), ''
       from unnest($1::uuid[], $2::float8[]) as s(id, ends_at)`,
    [
      [kept, old],
      [now - 90 * day, now - 90 * day - 1],
    ],
  );
  await pruneConfiguration(postgres.query, now);
  expect(await postgres.query('select silence_id id from alerts.silences')).toEqual([{ id: kept }]);
});

test.each(['alerts.routings', 'alerts.budgets'])('of %s the newest 100 revisions stay', async (table) => {
  await postgres.query(
    `insert into ${table} (revision, at, author, body) overriding system value
     select n, to_timestamp(0), 'me', '' from generate_series(1, 103) n`,
  );
  await pruneConfiguration(postgres.query, now);
  expect(await postgres.query(`select min(revision) oldest, count(*) count from ${table}`)).toEqual([
    { oldest: 4, count: 100 },
  ]);
});
