import { randomUUID } from 'node:crypto';
import { budgetReportSchema, silenceListSchema, silenceSchema } from '@bridge/contracts';
import { randomName, testMorning, testTime } from '@bridge/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startConfiguration, type ConfigurationWorld } from './start-configuration.ts';

const canary = randomName('canary-user');
const other = randomName('other-user');

let world: ConfigurationWorld;
let call: ConfigurationWorld['call'];
let own: { readonly accessor: string; readonly key: string };

beforeAll(async () => {
  world = await startConfiguration();
  ({ call } = world);
  own = await world.keyFor(['alerts'], [canary]);
});
afterAll(() => world.close());

const pathsOf = ({ body }: { body: unknown }) =>
  (body as { errors: { path: string }[] }).errors.map(({ path }) => path);

function silence(fields: object = {}) {
  return { match: { user_id: [canary] }, ends_at: testTime(60), comment: 'canary-comment', ...fields };
}

/** Every silence of a state, over all pages. */
async function listAll(query: string, key?: string) {
  const all = [];
  let path: string | undefined = `/silences?${query}`;
  while (path !== undefined) {
    const page = await call('GET', path, key === undefined ? {} : { key });
    const { silences, next } = silenceListSchema.parse(page.body);
    all.push(...silences);
    path = /^<([^>]+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1];
    expect(path?.split('cursor=')[1] ?? null).toBe(next);
  }
  return all;
}

test('a silence begins, is seen, ends, and is kept', async () => {
  const made = await call('POST', '/silences', { body: silence(), key: own.key });
  expect(made.status).toBe(201);
  const begun = silenceSchema.parse(made.body);
  expect(begun).toMatchObject({
    state: 'active',
    match: { user_id: [canary] },
    begins_at: testTime(),
    ends_at: testTime(60),
    author: own.accessor,
  });
  const path = made.headers.get('location') ?? '';
  expect(path).toBe(`/silences/${begun.silence_id}`);
  expect((await call('GET', path)).body).toEqual(begun);
  expect((await world.wired.configuration.latest()).silences).toMatchObject([
    { silenceId: begun.silence_id, endsAt: testMorning + 3_600_000 },
  ]);

  world.clock.now += 60_000;
  expect((await call('DELETE', path, { key: own.key })).status).toBe(204);
  const ended = silenceSchema.parse((await call('GET', path)).body);
  expect([ended.state, ended.ends_at]).toEqual(['expired', testTime(1)]);
  // Again, and later: the end stays.
  world.clock.now += 60_000;
  expect((await call('DELETE', path)).status).toBe(204);
  expect(await listAll('state=expired')).toEqual([ended]);
  expect(await listAll('')).toEqual([]);
  expect((await world.wired.configuration.latest()).silences).toEqual([]);
});

test('a key for some persons silences only them, and sees only such silences', async () => {
  await call('PUT', '/groups/cardiology', { body: { members: [canary] } });
  for (const match of [
    { user_id: [canary, other] },
    { user_id: [{ prefix: canary }] },
    { kind: ['rule.pulse_high'] },
    { severity: ['warning'] },
    // The same answer whether or not there is such a group.
    { user_id: [canary], group: ['none'] },
    { user_id: [canary], group: ['cardiology'] },
  ]) {
    expect((await call('POST', '/silences', { body: silence({ match }), key: own.key })).status).toBe(403);
  }
  const foreign = await call('POST', '/silences', { body: silence({ match: { user_id: [other] } }) });
  const path = foreign.headers.get('location') ?? '';
  expect((await call('GET', path, { key: own.key })).status).toBe(404);
  expect((await call('DELETE', path, { key: own.key })).status).toBe(404);
  expect(await listAll('', own.key)).toEqual([]);
  expect(await listAll('')).toHaveLength(1);
  const { key: stream } = await world.keyFor(['stream']);
  expect((await call('GET', '/silences', { key: stream })).status).toBe(403);
  await call('DELETE', path);
});

test.each([
  ['the end before now', { ends_at: testTime(-1) }, ['ends_at']],
  ['no time zone', { ends_at: testTime(60).replace('Z', '') }, ['ends_at']],
  ['a day that does not exist', { ends_at: `${testTime().slice(0, 4)}-02-30T00:00:00Z` }, ['ends_at']],
  ['more than 90 days', { ends_at: testTime(100 * 1_440) }, ['ends_at']],
  ['the begin long ago', { begins_at: testTime(-60) }, ['begins_at']],
  ['a matcher that matches everything', { match: {} }, ['match']],
  ['an unknown matcher', { match: { colour: ['red'], kind: ['rule.x'] } }, ['match']],
  ['a regular expression', { match: { user_id: [{ regex: '.*' }] } }, ['match.user_id.0']],
  ['a group that is not there', { match: { group: ['none'] } }, ['match.group.0']],
  ['a header in a user id', { match: { user_id: ['a\r\nx-evil: 1'] } }, ['match.user_id.0']],
  ['no comment', { comment: '' }, ['comment']],
  ['an unknown field', { author: 'me' }, ['(body)']],
])('a silence with %s is refused with its field', async (_what, fields, paths) => {
  const answer = await call('POST', '/silences', { body: silence(fields) });
  expect([answer.status, pathsOf(answer)]).toEqual([422, paths]);
  expect(JSON.stringify(answer.body)).not.toContain('evil');
});

test('a matcher of 10 kB is refused with its field', async () => {
  const user_id = Array.from({ length: 500 }, (_, n) => `${canary}-${n}`);
  const answer = await call('POST', '/silences', { body: silence({ match: { user_id } }) });
  expect([answer.status, pathsOf(answer)]).toEqual([422, ['match']]);
  expect(JSON.stringify(answer.body)).not.toContain(canary);
});

test('what is no id, or nobody knows, is not found', async () => {
  for (const id of ['x', randomUUID(), '%0D%0Ax'])
    expect((await call('GET', `/silences/${id}`)).status).toBe(404);
  for (const query of ['state=over', 'cursor=x', 'limit=501', 'user_id=a'])
    expect((await call('GET', `/silences?${query}`)).status).toBe(400);
});

test('pages hold every silence once, in each state', async () => {
  const times = [10, 20, 20, 20, 30];
  for (const [n, minute] of times.entries()) {
    const match = { user_id: [n % 2 === 0 ? canary : other] };
    const body = silence({ match, begins_at: testTime(minute), ends_at: testTime(40) });
    expect((await call('POST', '/silences', { body })).status).toBe(201);
  }
  const pending = await listAll('state=pending&limit=2');
  expect(pending.map(({ begins_at }) => begins_at)).toEqual(
    [30, 20, 20, 20, 10].map((minute) => testTime(minute)),
  );
  expect(new Set(pending.map(({ silence_id }) => silence_id)).size).toBe(5);
  world.clock.now = testMorning + 25 * 60_000;
  expect(await listAll('limit=3')).toHaveLength(4);
  world.clock.now = testMorning + 41 * 60_000;
  const expired = await listAll('state=expired&limit=1', own.key);
  expect(expired.map(({ begins_at }) => begins_at)).toEqual(
    [30, 20, 10, 0].map((minute) => testTime(minute)),
  );
  const all = await listAll('state=expired&limit=2');
  expect(new Set(all.map(({ silence_id }) => silence_id)).size).toBe(all.length);
  expect(all).toHaveLength(7);
});

test('10,000 silences are read once, and one more costs only its own', async () => {
  const { vault, admin } = world;
  const ids = Array.from({ length: 10_000 }, () => randomUUID());
  const place = (row: string) => ({ table: 'alerts.silences', column: 'body', row });
  const bodies = await Promise.all(
    ids.map((id, n) =>
      vault.sealForService(
        JSON.stringify({ match: { user_id: [`${canary}-${n}`] }, comment: 'x' }),
        place(id),
      ),
    ),
  );
  await admin.query(
    `insert into alerts.silences (silence_id, begins_at, ends_at, author, created_at, body)
     select id, to_timestamp($3 / 1000.0), to_timestamp($3 / 1000.0) + interval '1 day', 'test', now(), body
       from unnest($1::uuid[], $2::bytea[]) as s(id, body)`,
    [ids, bodies, world.clock.now],
  );
  await admin.query('update alerts.configuration_revision set revision = revision + 1');
  const { configuration } = world.wired;
  const first = await configuration.latest();
  expect(first.silences).toHaveLength(10_000);
  const one = first.silences[0];
  expect((await call('POST', '/silences', { body: silence({ ends_at: testTime(90) }) })).status).toBe(201);
  const second = await configuration.latest();
  expect(second.silences).toHaveLength(10_001);
  const again = second.silences.find(({ silenceId }) => silenceId === one?.silenceId);
  // The same object: it was not unsealed again.
  expect(again?.match).toBe(one?.match);
  expect(await listAll('', own.key)).toHaveLength(1);
  expect(await listAll('limit=500')).toHaveLength(10_001);
});

test('a silence that was moved to another row is reported and not in force', async () => {
  const { admin, log, wired } = world;
  const [one, two] = (await wired.configuration.latest()).silences;
  await admin.query(
    `update alerts.silences set body = (select body from alerts.silences where silence_id = $1)
      where silence_id = $2`,
    [one?.silenceId, two?.silenceId],
  );
  const { configuration } = world.wire();
  expect((await configuration.latest()).silences).toHaveLength(10_000);
  expect(log.lines.at(-1)).toMatchObject({ level: 'error', fields: { count: 1 } });
  expect((await call('GET', `/silences/${two?.silenceId ?? ''}`)).status).toBe(404);
});

test('budgets are changed by admins, and a person’s use is shown to those who may see them', async () => {
  const budgets = [{ severity: 'warning', alerts: 2, days: 7 }];
  const put = await call('PUT', '/budgets', { body: { budgets }, headers: { 'if-match': '"0"' } });
  expect([put.status, put.headers.get('etag')]).toEqual([200, '"1"']);
  const twice = await call('PUT', '/budgets', { body: { budgets: [...budgets, ...budgets] } });
  expect([twice.status, pathsOf(twice)]).toEqual([422, ['budgets.1.severity']]);
  const critical = [{ severity: 'critical', alerts: 2, days: 7 }];
  expect((await call('PUT', '/budgets', { body: { budgets: critical } })).status).toBe(422);

  const person = (await world.vault.subjectsFor([canary])).get(canary);
  const spent = [{ alertId: 'a'.repeat(32), severity: 'warning', at: world.clock.now - 1 }];
  await world.admin.query('insert into alerts.notification_groups (subject_id, ledger) values ($1, $2)', [
    person?.subjectId,
    JSON.stringify({ alerts: {}, groups: {}, spent }),
  ]);
  const use = await call('GET', `/budgets?user_id=${canary}`, { key: own.key });
  expect(budgetReportSchema.parse(use.body)).toEqual({ budgets: [{ ...budgets[0], used: 1, left: 1 }] });
  const seen = await world.admin.query(
    `select accessor_id from phi_access_log where table_name = 'alerts.notification_groups'`,
  );
  expect(seen).toEqual([{ accessor_id: own.accessor }]);
  expect((await call('GET', `/budgets?user_id=${other}`, { key: own.key })).status).toBe(403);
  expect((await call('GET', '/budgets', { key: own.key })).body).toEqual({ budgets });
});

test('no table or log line holds who is silenced, or why', async () => {
  const tables = await world.admin.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('alerts', 'public')`,
  );
  const needles = [canary, 'canary-comment'];
  for (const text of needles) expect(JSON.stringify(world.log.lines)).not.toContain(text);
  const patterns = needles.flatMap((text) => [`%${text}%`, `%${Buffer.from(text).toString('hex')}%`]);
  for (const { name } of tables) {
    const hits = await world.admin.query(`select 1 from ${name} t where t::text like any ($1) limit 1`, [
      patterns,
    ]);
    expect(hits, name).toEqual([]);
  }
});

test('a silence makes only those due whom it may concern, at its begin and at its end', async () => {
  const subjectId = (await world.vault.subjectsFor([canary])).get(canary)?.subjectId;
  const dues = world.due.length;
  for (const [match, subjectIds] of [
    [{ user_id: [canary] }, [subjectId]],
    [{ user_id: [{ prefix: canary }] }, undefined],
    [{ user_id: [canary, { prefix: 'x' }] }, undefined],
    [{ kind: ['rule.pulse_high'] }, undefined],
  ] as const) {
    world.concerned.length = 0;
    const made = await call('POST', '/silences', { body: silence({ match }) });
    await call('DELETE', made.headers.get('location') ?? '');
    expect(world.concerned).toEqual([
      { match, subjectIds },
      { match, subjectIds },
    ]);
  }
  expect(world.due).toHaveLength(dues);
});
