import { createKeyRing, type Scope } from '@bridge/auth';
import { connectPostgres, type Postgres } from '@bridge/postgres';
import { createTestDatabase, randomName, silentLog, type TestDatabase } from '@bridge/testing';
import { createVault, parseKey, parseKeyList } from '@bridge/vault';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followEvents } from './follow-events.ts';
import { createKeys, launchIngest, type Ingest } from './ingest-process.ts';

const keys = createKeys();
const alertId = 'a'.repeat(32);
let database: TestDatabase;
let owner: Postgres;
let ingest: Ingest;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = connectPostgres(
    { url: database.adminUrl, max: 2, applicationName: 'test' },
    { log: silentLog, metrics: new Registry() },
  );
  ingest = await launchIngest(database, keys);
});
afterAll(async () => {
  await ingest.stop();
  await owner.close();
  await database.close();
});

async function keyOf(scopes: readonly Scope[], users?: readonly string[]): Promise<string> {
  const vault = createVault({
    query: owner.query,
    kek: parseKeyList(keys.LANGGRAPH_AES_KEY),
    indexKey: parseKey(keys.BRIDGE_INDEX_KEY),
    cacheSize: 10,
  });
  return (await createKeyRing({ query: owner.query, vault }).createKey({ label: 'test', scopes, users })).key;
}

async function call(method: string, path: string, body?: unknown, key: string = keys.AUREN_MASTER_API_KEY) {
  const response = await fetch(ingest.url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const profileOf = (user: string) => `/users/${encodeURIComponent(user)}/profile`;
const answersOf = (user: string) => `/users/${encodeURIComponent(user)}/answers`;

describe('a profile', () => {
  it('is stored, becomes one signed event per change, and is shown merged', async () => {
    const user = `${randomName('ada')}/ä`;
    const follow = await followEvents(keys.BRIDGE_SIGNING_KEY, [user]);
    const first = await call('PUT', profileOf(user), { birth_year: 1990, time_zone: 'Europe/Berlin' });
    expect(first).toMatchObject({ status: 202, body: { status: 'accepted' } });
    const again = await call('PUT', profileOf(user), { time_zone: 'Europe/Berlin' });
    expect(again).toEqual({
      status: 200,
      body: { event_id: first.body['event_id'], status: 'already_known' },
    });
    expect((await call('PUT', profileOf(user), { language: 'de', spo2_scale: 2 })).status).toBe(202);
    expect(await call('GET', profileOf(user))).toEqual({
      status: 200,
      body: { birth_year: 1990, time_zone: 'Europe/Berlin', language: 'de', spo2_scale: 2 },
    });
    const events = (await follow(2)).map(({ event }) => event);
    expect(events).toMatchObject([
      { event_id: first.body['event_id'], event_type: 'profile', profile: { birth_year: 1990 } },
      { event_type: 'profile', profile: { language: 'de', spo2_scale: 2 } },
    ]);
  });

  it('comes by /webhooks/manual too, once, however often it is sent', async () => {
    const user = randomName('ada');
    const follow = await followEvents(keys.BRIDGE_SIGNING_KEY, [user]);
    const body = { user_id: user, event_id: 'p1', event_type: 'profile', profile: { language: 'de' } };
    const first = await call('POST', '/webhooks/manual', body);
    expect(first.status).toBe(202);
    expect((await call('POST', '/webhooks/manual', body)).status).toBe(200);
    const other = { ...body, profile: { language: 'en' } };
    expect((await call('POST', '/webhooks/manual', other)).status).toBe(409);
    expect(await call('GET', profileOf(user))).toMatchObject({ body: { language: 'de' } });
    await call('PUT', profileOf(user), { spo2_scale: 1 });
    expect((await follow(2)).map(({ event }) => event.profile)).toEqual([
      { language: 'de' },
      { spo2_scale: 1 },
    ]);
  });

  it('changed at once by many keeps every field', async () => {
    const user = randomName('ada');
    const changes = [
      { birth_year: 1950 },
      { time_zone: 'Asia/Tokyo' },
      { language: 'de' },
      { spo2_scale: 2 },
    ];
    const answers = await Promise.all(changes.map((change) => call('PUT', profileOf(user), change)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    expect((await call('GET', profileOf(user))).body).toEqual(Object.assign({}, ...changes));
  });

  it.each([
    [{ birth_year: 2050 }, 422, 'birth_year'],
    [{ birth_year: 1990.5 }, 422, 'birth_year'],
    [{ time_zone: 'Mars/Base' }, 422, 'time_zone'],
    [{ time_zone: '+0200' }, 422, 'time_zone'],
    [{ language: 'tlh' }, 422, 'language'],
    [{ spo2_scale: 3 }, 422, 'spo2_scale'],
    [{}, 422, ''],
    [{ shoe: 7, language: 'de' }, 422, ''],
  ])('%j is refused with the field at fault', async (body, status, path) => {
    const user = randomName('ada');
    const answer = await call('PUT', profileOf(user), body);
    expect(answer).toMatchObject({ status, body: { errors: [{ path }] } });
    expect((await call('GET', profileOf(user))).status).toBe(404);
  });

  it('that is no JSON is refused', async () => {
    expect((await call('PUT', profileOf('ada'), '{"language":')).status).toBe(400);
  });

  it("is sealed, and a look is written down under the key's id", async () => {
    const user = randomName('canary');
    const key = await keyOf(['stream'], [user]);
    await call('PUT', profileOf(user), { time_zone: 'Antarctica/Troll' });
    expect((await call('GET', profileOf(user), undefined, key)).status).toBe(200);
    const looks = await owner.query(
      `select 1 from phi_access_log where table_name = 'ingest.profiles' and accessor_id <> 'key:AUREN_MASTER_API_KEY'`,
    );
    expect(looks).toHaveLength(1);
    const rows = await owner.query<{ text: string }>('select p::text "text" from ingest.profiles p');
    for (const secret of ['canary', 'Troll']) {
      expect(rows.map(({ text }) => text).join()).not.toContain(secret);
      expect(rows.map(({ text }) => text).join()).not.toContain(Buffer.from(secret).toString('hex'));
      expect(ingest.lines.join()).not.toContain(secret);
    }
  });
});

describe('an answer', () => {
  it('becomes an event; a second click is the same one', async () => {
    const user = randomName('ada');
    const follow = await followEvents(keys.BRIDGE_SIGNING_KEY, [user]);
    const body = { alert_id: alertId, answer: 'fine', event_id: 'click' };
    const first = await call('POST', answersOf(user), body);
    expect(first).toMatchObject({ status: 202, body: { status: 'accepted' } });
    expect(await call('POST', answersOf(user), body)).toEqual({
      status: 200,
      body: { event_id: first.body['event_id'], status: 'already_known' },
    });
    expect((await call('POST', answersOf(user), { ...body, answer: 'unwell' })).status).toBe(409);
    const other = await call('POST', answersOf(user), { hypothesis_id: alertId, answer: 'exercise' });
    expect(other.status).toBe(202);
    expect((await follow(2)).map(({ event }) => [event.event_type, event.answer])).toEqual([
      ['answer', { alert_id: alertId, answer: 'fine' }],
      ['answer', { hypothesis_id: alertId, answer: 'exercise' }],
    ]);
  });

  it('comes by /webhooks/manual too', async () => {
    const user = randomName('ada');
    const follow = await followEvents(keys.BRIDGE_SIGNING_KEY, [user]);
    const answer = { alert_id: alertId, answer: 'at_rest' };
    const body = { user_id: user, event_id: 'a1', event_type: 'answer', answer };
    expect((await call('POST', '/webhooks/manual', body)).status).toBe(202);
    expect((await follow(1)).map(({ event }) => event.answer)).toEqual([answer]);
  });

  it.each([
    [{ answer: 'fine' }, ''],
    [{ answer: 'fine', alert_id: alertId, hypothesis_id: alertId }, ''],
    [{ answer: 'maybe', alert_id: alertId }, 'answer'],
    [{ answer: 'fine', alert_id: 'x' }, 'alert_id'],
    [{ answer: 'fine', alert_id: alertId, user_id: 'bob' }, ''],
  ])('%j is refused with the field at fault', async (body, path) => {
    const answer = await call('POST', answersOf(randomName('ada')), body);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path }] } });
  });
});

describe('who may', () => {
  const answer = { alert_id: alertId, answer: 'fine' };
  const language = { language: 'de' };

  it("change and answer: keys with `profile` and `alerts`, of their own persons; somebody else's are 403", async () => {
    const [ada, bob] = [randomName('ada'), randomName('bob')];
    const own = await keyOf(['profile', 'alerts'], [ada]);
    expect((await call('PUT', profileOf(ada), language, own)).status).toBe(202);
    expect((await call('POST', answersOf(ada), answer, own)).status).toBe(202);
    expect((await call('PUT', profileOf(bob), language, own)).status).toBe(403);
    expect((await call('POST', answersOf(bob), answer, own)).status).toBe(403);
    expect((await call('POST', answersOf(ada), answer, 'bb_nothing')).status).toBe(401);
    expect((await call('GET', profileOf(ada), undefined, own)).status).toBe(403);
  });

  it('change and answer: no key that may only send, only read, or only do the other', async () => {
    const ada = randomName('ada');
    const [sender, reader] = [await keyOf(['ingest'], [ada]), await keyOf(['stream'], [ada])];
    const [profiles, answers] = [await keyOf(['profile'], [ada]), await keyOf(['alerts'], [ada])];
    for (const key of [sender, reader, answers]) {
      expect((await call('PUT', profileOf(ada), language, key)).status).toBe(403);
    }
    for (const key of [sender, reader, profiles]) {
      expect((await call('POST', answersOf(ada), answer, key)).status).toBe(403);
    }
  });

  it('change and answer by hand: keys that have the scope beside `ingest`', async () => {
    const [ada, bob] = [randomName('ada'), randomName('bob')];
    const ofAda = { user_id: ada, event_id: 'p1', event_type: 'profile', profile: language };
    const byAda = { user_id: ada, event_id: 'a1', event_type: 'answer', answer };
    const sender = await keyOf(['ingest'], [ada]);
    const own = await keyOf(['ingest', 'profile', 'alerts'], [ada]);
    expect(await call('POST', '/webhooks/manual', ofAda, sender)).toMatchObject({
      status: 403,
      body: { detail: 'A profile needs the scope "profile" beside "ingest".' },
    });
    expect(await call('POST', '/webhooks/manual', byAda, sender)).toMatchObject({
      status: 403,
      body: { detail: 'An answer needs the scope "alerts" beside "ingest".' },
    });
    expect((await call('POST', '/webhooks/manual', ofAda, own)).status).toBe(202);
    expect((await call('POST', '/webhooks/manual', byAda, own)).status).toBe(202);
    expect((await call('POST', '/webhooks/manual', { ...byAda, user_id: bob }, own)).status).toBe(403);
  });

  it('look: a key with the scope `stream`, at its own persons', async () => {
    const [ada, bob] = [randomName('ada'), randomName('bob')];
    const reader = await keyOf(['stream'], [ada]);
    expect((await call('GET', profileOf(bob), undefined, reader)).status).toBe(403);
    expect((await call('GET', profileOf(randomName('unknown')))).status).toBe(404);
  });
});
