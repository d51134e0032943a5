import { createHash } from 'node:crypto';
import { createKeyRing } from '@bridge/auth';
import { connectPostgres, type Postgres } from '@bridge/postgres';
import { createTestDatabase, randomName, silentLog, type TestDatabase } from '@bridge/testing';
import { createVault, parseKey, parseKeyList, type Vault } from '@bridge/vault';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accesses, erase } from './connections-service.ts';
import { followEvents } from './follow-events.ts';
import { createKeys, launchIngest, startIngest, type Ingest } from './ingest-process.ts';
import { addressOf, createProxy } from './tcp-proxy.ts';

const keys = createKeys();
let database: TestDatabase;
let owner: Postgres;
let vault: Vault;
let ingest: Ingest;
beforeAll(async () => {
  database = await createTestDatabase();
  const config = { url: database.adminUrl, max: 1, applicationName: 'test' };
  owner = connectPostgres(config, { log: silentLog, metrics: new Registry() });
  vault = createVault({
    query: owner.query,
    kek: parseKeyList(keys.LANGGRAPH_AES_KEY),
    indexKey: parseKey(keys.BRIDGE_INDEX_KEY),
    cacheSize: 10,
  });
  ingest = await launchIngest(database, keys);
});
afterAll(async () => {
  await ingest.stop();
  await owner.close();
  await database.close();
});

/** Spaces, order of fields and escapes say whether these are the bytes that were sent. */
function bodyOf(userId: string, hrv = 41): string {
  return `{ "hrv_rmssd":\t${hrv}.0,\r\n  "user_id": "${userId}", "event_id":"\\u0065vt_1" }\n`;
}

async function send(path: string, body: string, to = ingest): Promise<string> {
  const answer = await to.post(path, body);
  expect(answer.status).toBe(202);
  return (answer.body as { event_id: string }).event_id;
}

async function read(eventId: string, { from = ingest, key = keys.AUREN_MASTER_API_KEY } = {}) {
  const answer = await fetch(`${from.url}/connections/events/${eventId}/raw`, {
    headers: { authorization: `Bearer ${key}` },
  });
  return { status: answer.status, text: await answer.text() };
}

async function keyFor(userId: string): Promise<string> {
  const ring = createKeyRing({ query: owner.query, vault });
  return (await ring.createKey({ label: 'one', scopes: ['connections'], users: [userId] })).key;
}

async function counted(outcome: string, from = ingest): Promise<number> {
  const scrape = await (await fetch(`${from.url}/metrics`)).text();
  return Number(
    new RegExp(`ingest_raw_bodies_total\\{outcome="${outcome}"\\} (\\d+)`).exec(scrape)?.[1] ?? 0,
  );
}

const rowsOf = (eventId: string) =>
  owner.query<{ subject_id: string; sealed: Buffer }>(
    'select subject_id, sealed from public.raw_bodies where event_id = $1',
    [Buffer.from(eventId, 'hex')],
  );

describe('the raw body of an event', () => {
  it.each(['oura', 'whoop', 'apple', 'manual'])('of /webhooks/%s is there with the 202', async (source) => {
    const body = bodyOf(randomName('ada'));
    expect(await read(await send(`/webhooks/${source}`, body))).toEqual({ status: 200, text: body });
  });

  it('is the one whose hash the event bears', async () => {
    const ada = randomName('ada');
    const first = await followEvents(keys.BRIDGE_SIGNING_KEY, [ada]);
    const eventId = await send('/webhooks/oura', bodyOf(ada));
    const [arrived] = await first(1);
    const { text } = await read(eventId);
    expect(createHash('sha256').update(text).digest('hex')).toBe(arrived?.event.provenance.raw_sha256);
  });

  it('is the whole list of readings by hand, with the notes that are not passed on', async () => {
    const timestamp = new Date(Date.now() - 60_000).toISOString();
    const readings = `[{"metric":"weight","value":150,"unit":"lb","note":"after lunch"},{"metric":"heart_rate","value":60}]`;
    const body = `{"readings" : ${readings}, "timestamp":"${timestamp}", "user_id":"${randomName('ada')}"}`;
    expect(await read(await send('/webhooks/manual', body))).toEqual({ status: 200, text: body });
  });

  it('is shown to who may see the person, and every look is written down', async () => {
    const ada = randomName('ada');
    const eventId = await send('/webhooks/oura', bodyOf(ada));
    const looks = async () =>
      (await accesses(database)).filter((row) => (row as { record_id: string }).record_id === eventId);
    expect((await read(eventId, { key: await keyFor(randomName('bob')) })).status).toBe(404);
    expect((await read(eventId, { key: 'wrong' })).status).toBe(401);
    expect(await looks()).toEqual([]);

    expect((await read(eventId, { key: await keyFor(ada) })).text).toBe(bodyOf(ada));
    const subject = (await vault.find([ada])).get(ada);
    expect(await looks()).toEqual([
      {
        ...{ user_id: subject?.subjectId, access_type: 'read' },
        ...{ table_name: 'public.raw_bodies', record_id: eventId },
      },
    ]);
  });

  it('lies sealed, and stays the first one when the event comes again', async () => {
    const ada = randomName('ada');
    const eventId = await send('/webhooks/oura', bodyOf(ada));
    // Without Redis a process knows nothing of an id that others took.
    for (const body of [bodyOf(ada), bodyOf(ada, 42)]) {
      const forgetful = await startIngest(database, { ...keys, REDIS_URL: 'redis://127.0.0.1:9' });
      expect(await send('/webhooks/oura', body, forgetful)).toBe(eventId);
    }
    expect((await read(eventId)).text).toBe(bodyOf(ada));
    for (const { sealed } of await rowsOf(eventId)) {
      expect(sealed.includes(ada) || sealed.includes('hrv')).toBe(false);
    }
  });

  it('is kept for many persons at once, each under their own key', async () => {
    const people = Array.from({ length: 60 }, (_, nr) => randomName(`ada-${nr}`));
    const ids = await Promise.all(people.map((userId) => send('/webhooks/oura', bodyOf(userId))));
    expect((await Promise.all(ids.map((id) => read(id)))).map(({ text }) => text)).toEqual(
      people.map((userId) => bodyOf(userId)),
    );
  });

  it('goes with its month', async () => {
    const eventId = await send('/webhooks/oura', bodyOf(randomName('ada')));
    await owner.query(
      `create table public.raw_bodies_y2001m01 partition of public.raw_bodies for values from ('2001-01-01Z') to ('2001-02-01Z')`,
    );
    await owner.query(`update public.raw_bodies set received_at = '2001-01-15Z' where event_id = $1`, [
      Buffer.from(eventId, 'hex'),
    ]);
    expect((await read(eventId)).status).toBe(200);
    await owner.query('select delivery.keep_partitions()');
    expect((await read(eventId)).status).toBe(404);
  });

  it('cannot be read once the person is erased, and nothing more is kept of them', async () => {
    const ada = randomName('ada');
    const eventId = await send('/webhooks/oura', bodyOf(ada));
    await erase(database, vault.userIndex(ada));
    // A process that still knows the key forgets it within a minute.
    const next = await startIngest(database, keys);
    expect((await read(eventId, { from: next })).status).toBe(404);
    const later = await send(
      '/webhooks/oura',
      bodyOf(ada).replace('evt_1', 'evt_2').replace('vt_1', 'vt_2'),
      next,
    );
    expect((await read(later, { from: next })).status).toBe(404);
    expect([await rowsOf(later), await counted('erased', next)]).toEqual([[], 1]);
  });
});

describe('while something is away', () => {
  it('is kept when Kafka is', async () => {
    const alone = await startIngest(database, { ...keys, KAFKA_BOOTSTRAP_SERVERS: '127.0.0.1:9' });
    const body = bodyOf(randomName('ada'));
    expect((await read(await send('/webhooks/oura', body, alone), { from: alone })).text).toBe(body);
    await owner.query('delete from ingest.outbox');
  });

  it('is given up when PostgreSQL takes no rows, and the event is not', async () => {
    const ada = randomName('ada');
    const first = await followEvents(keys.BRIDGE_SIGNING_KEY, [ada]);
    await owner.transaction(async ({ query }) => {
      await query('lock table public.raw_bodies in access exclusive mode');
      await send('/webhooks/oura', bodyOf(ada));
      expect([await first(1), await counted('lost')]).toMatchObject([{ length: 1 }, 1]);
    });
    expect((await read(await send('/webhooks/whoop', bodyOf(ada)))).status).toBe(200);
  });

  it('is lost and counted when PostgreSQL is, which nobody who sends notices', async () => {
    const [ada, bob] = [randomName('ada'), randomName('bob')];
    const first = await followEvents(keys.BRIDGE_SIGNING_KEY, [ada, bob]);
    const postgres = await createProxy(addressOf(database.urlFor('ingest')));
    const url = new URL(database.urlFor('ingest'));
    url.host = `127.0.0.1:${postgres.port}`;
    const cut = await startIngest(database, { ...keys, POSTGRES_URL: url.href });
    // Under a key that is known already, and for a person who is.
    await send('/webhooks/oura', bodyOf(ada), cut);
    postgres.cut();
    const lost = [
      await send('/webhooks/whoop', bodyOf(ada), cut),
      await send('/webhooks/oura', bodyOf(bob), cut),
    ];
    expect(await first(3)).toHaveLength(3);
    expect([await counted('kept', cut), await counted('lost', cut)]).toEqual([1, 2]);
    expect(cut.lines.filter((line) => line.includes('raw bodies lost'))).toHaveLength(1);

    postgres.mend();
    const again = async () =>
      (await read(await send('/webhooks/apple', bodyOf(randomName('ada')), cut))).status;
    await expect.poll(again, { timeout: 10_000, interval: 500 }).toBe(200);
    for (const eventId of lost) expect((await read(eventId)).status).toBe(404);
    expect(cut.lines.join()).toContain('raw bodies stored again');
  });
});
