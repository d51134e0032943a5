import { createTestDatabase, type TestConnection, type TestDatabase } from '@bridge/testing';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createVault,
  parseKey,
  parseKeyList,
  rewrapKeys,
  sealWith,
  serviceSubject,
  unsealWith,
} from '../src/index.ts';

const oldKey = `old:${randomBytes(32).toString('base64')}`;
const newKey = `new:${randomBytes(32).toString('base64')}`;
const indexKey = parseKey(randomBytes(32).toString('base64'));

let database: TestDatabase;
let service: TestConnection;
let admin: TestConnection;

beforeAll(async () => {
  database = await createTestDatabase();
  service = database.connect('gateway', 8);
  admin = database.connect('owner', 8);
});

afterAll(async () => {
  await service.close();
  await admin.close();
  await database.close();
});

/** A vault as another process would have it: with nothing cached. */
function freshVault(keys = oldKey) {
  return createVault({ query: service.query, kek: parseKeyList(keys), indexKey, cacheSize: 1000 });
}

async function live(userId: string, vault = freshVault()) {
  const subject = (await vault.subjectsFor([userId])).get(userId);
  if (subject === undefined || subject.erased) throw new Error('expected a live person');
  return subject;
}

test('creates each person once, however many processes meet them at the same time', async () => {
  const users = Array.from({ length: 300 }, (_, n) => `race-${String(n)}`);
  const shuffled = Array.from({ length: 6 }, () => users.toSorted(() => Math.random() - 0.5));
  const results = await Promise.all(shuffled.map((list) => freshVault().subjectsFor(list)));
  for (const user of users) {
    const subjects = results.map((result) => result.get(user));
    expect(new Set(subjects.map((subject) => subject?.subjectId)).size).toBe(1);
    expect(
      new Set(subjects.map((subject) => !subject?.erased && subject?.key.export().toString('hex'))).size,
    ).toBe(1);
  }
  const [row] = await admin.query<{ n: number }>(
    'select count(*)::int as n from keys.subjects join keys.subject_keys using (subject_id)',
  );
  expect(row?.n).toBe(300);
});

test('finds known persons by user id and by subject id, and leaves unknown ones out', async () => {
  const subject = await live('ada');
  const vault = freshVault();
  expect([...(await vault.find(['ada', 'nobody'])).keys()]).toEqual(['ada']);
  const byId = await vault.byId([subject.subjectId, '00000000-0000-4000-8000-000000000000']);
  expect(byId.get(subject.subjectId)).toMatchObject({ erased: false, userId: 'ada' });
  expect(byId.size).toBe(1);
});

test('makes one service key for all processes', async () => {
  const keys = await Promise.all(Array.from({ length: 6 }, () => freshVault().serviceKey()));
  expect(new Set(keys.map((key) => key.export().toString('hex'))).size).toBe(1);
  const at = { table: 'auth.api_keys', column: 'users', row: 'k1' };
  const sealed = await freshVault().sealForService('["ada"]', at);
  expect((await freshVault().unsealForService(sealed, at)).toString()).toBe('["ada"]');
  const [key] = keys;
  if (key === undefined) throw new Error('no key');
  expect(unsealWith(key, sealed, { ...at, subject: serviceSubject }).toString()).toBe('["ada"]');
});

test('an erased person has no key: nothing opens, nothing can be sealed', async () => {
  const before = await live('erin');
  const place = { table: 't', column: 'c', row: 'r', subject: before.subjectId };
  const sealed = sealWith(before.key, 'pulse', place);
  await admin.query('delete from keys.subject_keys where subject_id = $1', [before.subjectId]);
  await admin.query('update keys.subjects set erased_at = now() where subject_id = $1', [before.subjectId]);

  const vault = freshVault();
  const after = (await vault.subjectsFor(['erin'])).get('erin');
  expect(after).toEqual({ erased: true, subjectId: before.subjectId, userId: 'erin' });
  expect((await freshVault().byId([before.subjectId])).get(before.subjectId)).toEqual({
    erased: true,
    subjectId: before.subjectId,
    userId: undefined,
  });
  expect(() => unsealWith(parseKey(randomBytes(32).toString('hex')), sealed, place)).toThrow('sealed value');
});

test('notices an erasure by another process once its cache has expired or was told', async () => {
  const options = { query: service.query, kek: parseKeyList(oldKey), indexKey, cacheSize: 10 };
  const told = createVault(options);
  const quick = createVault({ ...options, cacheTtlMs: 20 });
  const { subjectId } = await live('otto', told);
  await live('otto', quick);
  await admin.query('delete from keys.subject_keys where subject_id = $1', [subjectId]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect((await quick.find(['otto'])).get('otto')?.erased).toBe(true);
  expect((await told.find(['otto'])).get('otto')?.erased).toBe(false);
  told.forget([subjectId]);
  expect((await told.find(['otto'])).get('otto')?.erased).toBe(true);
});

test.each([
  ['keys of two persons', 'update keys.subject_keys a set wrapped = b.wrapped from keys.subject_keys b'],
  ['sealed user ids', 'update keys.subjects a set user_id_sealed = b.user_id_sealed from keys.subjects b'],
  ['blind indexes', 'update keys.subjects a set user_index = $3 from keys.subjects b'],
])('refuses rows whose %s were swapped', async (what, swap) => {
  const [victim, other] = [await live(`victim ${what}`), await live(`other ${what}`)];
  const parameters = [victim.subjectId, other.subjectId];
  const statement = `${swap} where a.subject_id = $1 and b.subject_id = $2`;
  if (swap.includes('$3')) {
    const stolen = freshVault().userIndex('somebody else');
    await admin.query(statement, [...parameters, stolen]);
    await expect(freshVault().find(['somebody else'])).rejects.toMatchObject({ code: 'subject_swapped' });
  } else {
    await admin.query(statement, parameters);
    await expect(freshVault().find([`victim ${what}`])).rejects.toMatchObject({
      code: 'sealed_value_rejected',
    });
  }
});

test('rotates the key-encryption key while both are configured, then works with the new one alone', async () => {
  const before = await live('rotating');
  const serviceKey = (await freshVault().serviceKey()).export();
  const [damaged] = await admin.query<{ n: number }>(
    `with hit as (
       update keys.subject_keys set wrapped = '\\x00' where subject_id = (
         select subject_id from keys.subjects where user_index = $1) returning 1
     ) select count(*)::int as n from hit`,
    [freshVault().userIndex('race-0')],
  );
  expect(damaged?.n).toBe(1);

  const result = await rewrapKeys(admin.query, parseKeyList(`${newKey},${oldKey}`));
  expect(result.rewrapped).toBeGreaterThan(300);
  // The damaged row, and those the swap tests left behind.
  expect(result.failed).toBe(2);
  expect(await rewrapKeys(admin.query, parseKeyList(`${newKey},${oldKey}`))).toEqual({
    rewrapped: 0,
    failed: 2,
  });

  const after = await live('rotating', freshVault(newKey));
  expect(after.key.export()).toEqual(before.key.export());
  expect((await freshVault(newKey).serviceKey()).export()).toEqual(serviceKey);
  await expect(freshVault(oldKey).find(['rotating'])).rejects.toMatchObject({ code: 'kek_unknown' });
});

test('no table holds a user id in the clear', async () => {
  const canary = `canary-${randomBytes(8).toString('hex')}`;
  await live(canary, freshVault(newKey));
  const tables = await admin.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  expect(tables.length).toBeGreaterThan(20);
  const inHex = Buffer.from(canary).toString('hex');
  for (const { name } of tables) {
    const hits = await admin.query(`select 1 from ${name} t where t::text like any ($1)`, [
      [`%${canary}%`, `%${inHex}%`],
    ]);
    expect(hits, name).toEqual([]);
  }
});
