import { createKeyRing } from '@bridge/auth';
import {
  acceptedSchema,
  alertSignalSchema,
  batchAnswerSchema,
  problemDocumentSchema,
} from '@bridge/contracts';
import { headerText } from '@bridge/kafka';
import { connectPostgres } from '@bridge/postgres';
import { createTestDatabase, randomName, silentLog, type TestDatabase } from '@bridge/testing';
import { createVault, parseKey, parseKeyList } from '@bridge/vault';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followEvents } from './follow-events.ts';
import { followTopic } from './follow-topic.ts';
import { createKeys, launchIngest, startIngest, type Ingest } from './ingest-process.ts';

const keys = createKeys();
let database: TestDatabase;
let ingest: Ingest;
beforeAll(async () => {
  database = await createTestDatabase();
  ingest = await launchIngest(database, keys);
});
afterAll(async () => {
  await ingest.stop();
  await database.close();
});

/** The guide's body, for a person of this test. */
function guideBody(userId: string) {
  return { user_id: userId, event_id: 'evt_123', hrv_rmssd: 25, readiness_score: 65, sleep_score: 80 };
}

async function withKeyRing<T>(work: (ring: ReturnType<typeof createKeyRing>) => Promise<T>): Promise<T> {
  const owner = connectPostgres(
    { url: database.adminUrl, max: 1, applicationName: 'test' },
    { log: silentLog, metrics: new Registry() },
  );
  const vault = createVault({
    query: owner.query,
    kek: parseKeyList(keys.LANGGRAPH_AES_KEY),
    indexKey: parseKey(keys.BRIDGE_INDEX_KEY),
    cacheSize: 10,
  });
  try {
    return await work(createKeyRing({ query: owner.query, vault }));
  } finally {
    await owner.close();
  }
}

describe('a webhook', () => {
  it("takes the guide's body and puts a signed, framed event with its trace on Kafka", async () => {
    const userId = randomName('user');
    const first = await followEvents(keys.BRIDGE_SIGNING_KEY, [userId]);
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const answer = await ingest.post('/webhooks/oura', guideBody(userId), { traceparent });
    expect(answer.status).toBe(202);
    const { event_id } = acceptedSchema.parse(answer.body);

    const [followed] = await first(1);
    expect(followed?.event).toMatchObject({
      event_id,
      user_id: userId,
      source: 'oura',
      readings: { length: 3 },
    });
    const header = (name: string) => headerText(followed?.message.headers ?? {}, name);
    expect(header('ce_id')).toBe(event_id);
    expect(header('ce_subject')).not.toContain(userId);
    expect(header('traceparent')).toContain('4bf92f3577b34da6a3ce929d0e0e4736');
    expect(ingest.lines.some((line) => line.includes('"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"'))).toBe(
      true,
    );

    const again = await ingest.post('/webhooks/oura', guideBody(userId));
    expect([again.status, again.body]).toEqual([200, { event_id, status: 'already_known' }]);
  });

  it('answers 409 to other content under the same id, until a version says that it is corrected', async () => {
    const body = guideBody(randomName('user'));
    const first = await ingest.post('/webhooks/oura', body);
    expect(first.status).toBe(202);
    const corrected = { ...body, hrv_rmssd: 26 };
    const conflict = await ingest.post('/webhooks/oura', corrected);
    expect(problemDocumentSchema.parse(conflict.body)).toMatchObject({
      status: 409,
      title: 'duplicate_conflict',
      errors: [{ path: 'event_id' }],
    });
    expect((await ingest.post('/webhooks/oura', { ...corrected, version: 1 })).status).toBe(202);
    // Another device is another source, and another body.
    expect((await ingest.post('/webhooks/whoop', corrected)).status).toBe(202);
    const scrape = await (await fetch(`${ingest.url}/metrics`)).text();
    expect(scrape).toContain('webhook_received_total{source="oura",outcome="conflict"} 1');
  });

  it.each([
    ['a list', 'application/json', (bodies: readonly string[]) => `[${bodies.join(',')}]`],
    ['a list without a type', '', (bodies: readonly string[]) => `[${bodies.join(',')}]`],
    ['lines', 'application/x-ndjson', (bodies: readonly string[]) => `${bodies.join('\n')}\n`],
    [
      'lines as curl sends them',
      'application/x-www-form-urlencoded',
      (bodies: readonly string[]) => bodies.join('\n'),
    ],
  ])('takes a batch as %s, with one result for each body', async (_as, type, write) => {
    const userId = randomName('user');
    const first = await followEvents(keys.BRIDGE_SIGNING_KEY, [userId]);
    const bodies = ['a', 'b'].map((event_id) => ({ ...guideBody(userId), event_id }));
    const send = (...sent: readonly object[]) =>
      ingest.post('/webhooks/oura', write(sent.map((one) => JSON.stringify(one))), { 'content-type': type });

    const answer = await send(...bodies);
    const events = await first(2);
    expect(events.map(({ event }) => event.provenance.object_id)).toEqual(['a', 'b']);
    expect([answer.status, batchAnswerSchema.parse(answer.body)]).toEqual([
      202,
      {
        results: events.map(({ event }, index) => ({ index, status: 'accepted', event_id: event.event_id })),
      },
    ]);

    const mixed = await send({ ...bodies[0], hrv_rmssd: 'x' }, ...bodies);
    const invalid = {
      index: 0,
      status: 'invalid',
      errors: [{ path: 'hrv_rmssd', message: 'must be a number' }],
    };
    const known = { status: 'already_known' };
    expect([mixed.status, mixed.body]).toMatchObject([207, { results: [invalid, known, known] }]);
    const none = await send({ ...bodies[0], hrv_rmssd: 'x' }, {});
    expect([none.status, none.body]).toMatchObject([422, { status: 422, results: [invalid, { index: 1 }] }]);
  });

  it('takes lines on the route of Apple Health too', async () => {
    const body = guideBody(randomName('user'));
    const lines = [body, { ...body, event_id: 'other' }].map((one) => JSON.stringify(one)).join('\n');
    const type = { 'content-type': 'application/x-ndjson' };
    const answer = await ingest.post('/webhooks/apple', lines, type);
    expect([answer.status, answer.body]).toMatchObject([202, { results: { length: 2 } }]);
  });

  it('takes a key as X-API-Key on every route', async () => {
    const headers = { authorization: '', 'x-api-key': keys.AUREN_MASTER_API_KEY };
    for (const source of ['oura', 'whoop', 'apple', 'manual']) {
      const path = `/webhooks/${source}`;
      expect((await ingest.post(path, guideBody(randomName('user')), headers)).status).toBe(202);
      expect((await ingest.post(path, {}, { ...headers, 'x-api-key': 'wrong' })).status).toBe(401);
    }
    const get = (key: string) => fetch(`${ingest.url}/connections`, { headers: { 'x-api-key': key } });
    expect((await get(keys.AUREN_MASTER_API_KEY)).status).toBe(200);
    expect((await get('wrong')).status).toBe(401);
  });

  it.each([
    ['GET', '/webhooks/manual', 'POST'],
    ['GET', '/webhooks/apple', 'POST'],
    ['PUT', '/webhooks/oura', 'GET, HEAD, POST'],
    ['DELETE', '/connections', 'GET, HEAD'],
    ['HEAD', '/connect/oura', 'GET'],
    ['HEAD', '/connect/oura/callback?state=x&code=y', 'GET'],
  ])('answers 405 to %s %s', async (method, path, allow) => {
    const response = await fetch(ingest.url + path, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
  });

  it.each(['application/x-www-form-urlencoded', 'application/json; charset=utf-8', ''])(
    'reads JSON under the content type "%s"',
    async (type) => {
      const body = JSON.stringify(guideBody(randomName('user')));
      const { status } = await ingest.post('/webhooks/whoop', body, { 'content-type': type });
      expect(status).toBe(202);
    },
  );

  it('answers what is wrong, and repeats no value in answer or log', async () => {
    const secret = 'canary-47114711';
    const status = async (...request: Parameters<typeof ingest.post>) => {
      const answer = await ingest.post(...request);
      problemDocumentSchema.parse(answer.body);
      expect(JSON.stringify(answer.body)).not.toContain('47114711');
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      return answer.status;
    };
    const body = guideBody(secret);
    expect(await status('/webhooks/oura', `{"user_id":"${secret}"`)).toBe(400);
    expect(await status('/webhooks/oura', `{"user_id":"${secret}","hrv_rmssd":NaN}`)).toBe(400);
    expect(await status('/webhooks/oura', new Blob([Uint8Array.of(0x22, 0xff, 0x22)]))).toBe(400);
    expect(await status('/webhooks/oura', body, { authorization: '' })).toBe(401);
    expect(await status('/webhooks/oura', body, { authorization: `Bearer ${secret}` })).toBe(401);
    expect(await status('/webhooks/garmin', body)).toBe(404);
    expect(await status('/webhooks/oura', `${JSON.stringify(body)}${' '.repeat(1_100_000)}`)).toBe(413);
    expect(await status('/webhooks/oura', body, { 'content-type': 'text/xml' })).toBe(415);
    expect(await status('/webhooks/oura', body, { 'content-type': 'application/json; charset=utf-16' })).toBe(
      415,
    );
    expect(await status('/webhooks/oura', { ...body, hrv_rmssd: secret, device_id: 47114711 })).toBe(422);
    expect(await status('/webhooks/oura', { ...body, timestamp: secret })).toBe(422);
    expect(ingest.lines.join('\n')).not.toContain('47114711');

    const scrape = await (await fetch(`${ingest.url}/metrics`)).text();
    for (const outcome of ['malformed', 'unauthenticated', 'too_large', 'wrong_type', 'invalid']) {
      expect(scrape).toContain(`webhook_received_total{source="oura",outcome="${outcome}"}`);
    }
  });

  it('keeps a key to its scope and its persons, until it is revoked', async () => {
    const [mine, other] = [randomName('user'), randomName('user')];
    const [narrow, wrong] = await withKeyRing(async (ring) => [
      await ring.createKey({ label: 'one person', scopes: ['ingest'], users: [mine] }),
      await ring.createKey({ label: 'reader', scopes: ['stream'] }),
    ]);
    const post = async (userId: string, key: string) =>
      (await ingest.post('/webhooks/apple', guideBody(userId), { authorization: `Bearer ${key}` })).status;
    expect(await post(mine, narrow.key)).toBe(202);
    expect(await post(other, narrow.key)).toBe(403);
    expect(await post(mine, wrong.key)).toBe(403);
    await withKeyRing((ring) => ring.revokeKey(narrow.keyId));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await post(mine, narrow.key)).toBe(401);
  });
});

it('says on the alerts topic that it is there, and stops cleanly', async () => {
  const first = await followTopic('alerts', keys.BRIDGE_SIGNING_KEY, ({ body }) =>
    alertSignalSchema.parse(body),
  );
  const another = await startIngest(database, keys);
  expect(await first(1)).toMatchObject([
    { status: 'heartbeat', source: 'webhook-ingest', active_connections: expect.any(Number) as number },
  ]);
  expect(await another.stop()).toBe(0);
});
