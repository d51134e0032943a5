import { request, type OutgoingHttpHeaders } from 'node:http';
import { gzipSync } from 'node:zlib';
import { createKeyRing } from '@bridge/auth';
import { problemDocumentSchema } from '@bridge/contracts';
import { connectPostgres } from '@bridge/postgres';
import {
  createTestDatabase,
  fromEnvironment,
  randomName,
  silentLog,
  type TestDatabase,
} from '@bridge/testing';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vaultOf } from './connect-test-person.ts';
import { createKeys, launchIngest, type Ingest } from './ingest-process.ts';
import { fromOura, fromWhoop, senders, standardSigned } from './sign-delivery.ts';

const keys = createKeys();
let database: TestDatabase;
let ingest: Ingest;
let narrowKey: string;
const somebody = randomName('somebody');
beforeAll(async () => {
  database = await createTestDatabase();
  narrowKey = await keyFor(somebody);
  ingest = await launchIngest(database, {
    ...keys,
    ...senders,
    REDIS_URL: fromEnvironment('REDIS_URL'),
    TRUST_PROXY: 'loopback',
  });
});
afterAll(async () => {
  await ingest.stop();
  await database.close();
});

async function keyFor(userId: string): Promise<string> {
  const owner = connectPostgres(
    { url: database.adminUrl, max: 1, applicationName: 'test' },
    { log: silentLog, metrics: new Registry() },
  );
  try {
    const ring = createKeyRing({ query: owner.query, vault: vaultOf(owner.query, keys) });
    return (await ring.createKey({ label: 'one person', scopes: ['ingest'], users: [userId] })).key;
  } finally {
    await owner.close();
  }
}

type Answer = { readonly status: number; readonly type: string; readonly text: string };

let sent = 0;

/**
 * Node's own client sends header bytes that `fetch` refuses to. An empty header is not sent. Each request comes from an
 * address of its own, since one that is refused too often is not answered otherwise any more.
 */
function send(path: string, body: Buffer | string, headers: OutgoingHttpHeaders, method = 'POST') {
  const answered = Promise.withResolvers<Answer>();
  sent += 1;
  const all = { 'x-forwarded-for': `10.0.${sent >> 8}.${sent & 255}`, ...headers };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
  const sending = request(`${ingest.url}${path}`, { method, headers: given }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', answered.reject);
    response.on('end', () =>
      answered.resolve({
        status: response.statusCode ?? 0,
        type: String(response.headers['content-type']),
        text: Buffer.concat(chunks).toString(),
      }),
    );
  });
  sending.on('error', answered.reject);
  sending.end(method === 'GET' ? undefined : body);
  return answered.promise;
}

const json = { 'content-type': 'application/json' };
const authorized = () => ({ ...json, authorization: `Bearer ${keys.AUREN_MASTER_API_KEY}` });
const flat = (more: object = {}) =>
  JSON.stringify({ user_id: randomName('user'), event_id: 'canary-47114711', hrv_rmssd: 40, ...more });
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

type Case = readonly [
  name: string,
  status: number,
  body: () => string | Buffer,
  headers?: Readonly<Record<string, string>>,
];

const cases: readonly Case[] = [
  ['nothing', 400, () => ''],
  ['half a body', 400, () => flat().slice(0, -1)],
  ['a literal NaN', 400, () => flat().replace(':40', ':NaN')],
  ['a literal Infinity', 400, () => flat().replace(':40', ':-Infinity')],
  ['a byte that is no UTF-8', 400, () => Buffer.concat([Buffer.from(flat()), Buffer.of(0xff)])],
  ['UTF-16', 400, () => Buffer.from(`\ufeff${flat()}`, 'utf16le')],
  ['a form', 400, () => 'user_id=canary-47114711&hrv_rmssd=40'],
  ['truncated gzip', 400, () => gzipSync(flat()).subarray(0, 40), { 'content-encoding': 'gzip' }],
  ['gzip that is none', 400, () => flat(), { 'content-encoding': 'gzip' }],
  [
    'more than 1 MiB behind gzip',
    413,
    () => gzipSync(flat() + ' '.repeat(9e6)),
    { 'content-encoding': 'gzip' },
  ],
  ['more than 1 MiB', 413, () => flat() + ' '.repeat(1_100_000)],
  ['an encoding that nobody knows', 415, () => flat(), { 'content-encoding': 'rot13' }],
  ['XML', 415, () => '<user>canary-47114711</user>', { 'content-type': 'text/xml' }],
  ['no object', 422, () => '"canary-47114711"'],
  ['a list of nothing', 422, () => '[]'],
  ['a list in lists, 100,000 deep', 422, () => nested(100_000)],
  ['a value 100,000 deep', 422, () => flat().replace(':40', `:${nested(100_000)}`)],
  ['a negative value', 422, () => flat({ heart_rate: -47114711 })],
  ['an absurd value', 422, () => flat({ heart_rate: 47114711 })],
  ['a value of 1e999', 422, () => flat().replace(':40', ':1e999')],
  ['a value as text', 422, () => flat({ heart_rate: '47114711' })],
  ['a user_id that is a number', 422, () => flat({ user_id: 47114711 })],
  ['a user_id that is a list', 422, () => flat({ user_id: ['canary-47114711'] })],
  ['no user_id', 422, () => flat({ user_id: undefined })],
  ['neither id nor time', 422, () => flat({ event_id: undefined })],
  ['a field that nobody knows', 422, () => flat({ blood_magic: 47114711 })],
  ['a __proto__', 422, () => flat().replace('"hrv_rmssd"', '"__proto__"')],
  ['a time that is none', 422, () => flat({ timestamp: 'canary-47114711' })],
  ['no key', 401, () => flat(), { authorization: '' }],
  ['a key that nobody has', 401, () => flat(), { authorization: 'Bearer canary-47114711' }],
  ['a password', 401, () => flat(), { authorization: 'Basic Y2FuYXJ5OjQ3MTE0NzEx' }],
];

describe.each(['oura', 'whoop'])('a flat body on /webhooks/%s with', (source) => {
  const named = cases.map(([what, status, body, headers]) => ({ what, status, body, headers }));
  it.each(named)('$what is answered $status', async ({ status, body, headers }) => {
    const answer = await send(`/webhooks/${source}`, body(), { ...authorized(), ...headers });
    expect([answer.status, answer.type]).toEqual([status, 'application/problem+json']);
    const { detail } = problemDocumentSchema.parse(JSON.parse(answer.text));
    if (status < 422 && status !== 401) expect(detail).toMatch(/^[A-Z].{10,}\.$/);
    expect(answer.text).not.toContain('47114711');
  });

  it("another person's name under a key for one is answered 403", async () => {
    const headers = { ...json, authorization: `Bearer ${narrowKey}` };
    const statusFor = async (userId: string) =>
      (await send(`/webhooks/${source}`, flat({ user_id: userId }), headers)).status;
    expect([await statusFor(somebody), await statusFor('canary-47114711')]).toEqual([202, 403]);
  });
});

it('repeats nothing of it in the log', () => {
  expect(ingest.lines.length).toBeGreaterThan(0);
  expect(ingest.lines.join('\n')).not.toContain('47114711');
});

it.each([
  ['/webhooks/garmin', 'POST', 404],
  ['/webhooks/oura/', 'PUT', 405],
  ['/webhooks/%E0%A4%A', 'POST', 404],
  ['/webhooks/whoop', 'GET', 405],
])('answers %s with %s by %i', async (path, method, status) => {
  expect((await send(path, flat(), authorized(), method)).status).toBe(status);
});

describe('whatever is sent to any of the four routes', () => {
  const route = fc.constantFrom('oura', 'whoop', 'apple', 'manual').map((source) => `/webhooks/${source}`);
  const text = fc.oneof(
    fc.json(),
    fc.json({ noUnicodeString: false }),
    fc
      .dictionary(
        fc.constantFrom('user_id', 'event_id', 'timestamp', 'hrv', 'version', 'data'),
        fc.jsonValue(),
      )
      .map((value) => JSON.stringify(value)),
    fc.string({ unit: 'binary' }),
  );
  const bytes = fc.oneof(
    text.map((one) => Buffer.from(one)),
    fc.uint8Array({ maxLength: 2_000 }).map((one) => Buffer.from(one)),
  );
  const headerName = fc.constantFrom(
    ...['authorization', 'cookie', 'content-type', 'content-encoding', 'traceparent', 'x-forwarded-for'],
    ...['x-oura-signature', 'x-oura-timestamp', 'x-whoop-signature', 'x-whoop-signature-timestamp'],
    ...['webhook-id', 'webhook-timestamp', 'webhook-signature', 'x-api-key', 'api-key', 'accept'],
  );
  const headerByte = fc.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0x80, max: 0xff }));
  const headerValue = fc.oneof(
    fc.array(headerByte, { maxLength: 100 }).map((codes) => String.fromCharCode(...codes)),
    fc.constantFrom('gzip', 'br', 'deflate', 'application/json', '1672560000', 'a'.repeat(3_000), 'Bearer '),
    fc.constantFrom('ab'.repeat(32), `v1,${Buffer.alloc(32).toString('base64')}`),
  );
  const headers = fc.dictionary(headerName, headerValue);

  it('is never answered by 5xx', async () => {
    await fc.assert(
      fc.asyncProperty(route, bytes, headers, fc.boolean(), async (path, body, given, withKey) => {
        const answer = await send(path, body, { ...(withKey && authorized()), ...given });
        expect(answer.status).toBeGreaterThanOrEqual(200);
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: 400 },
    );
  });

  it('is never answered by 5xx where it is signed', async () => {
    const sign = fc.constantFrom(
      (body: string) => fromOura(body),
      (body: string) => fromWhoop(body),
      (body: string) => standardSigned('/webhooks/oura', body),
    );
    await fc.assert(
      fc.asyncProperty(sign, text, async (signed, given) => {
        // What cannot be written as UTF-8 could not have been signed.
        const body = given.toWellFormed();
        const delivery = signed(body);
        const { status } = await send(delivery.path, body, { ...json, ...delivery.headers });
        expect([200, 202, 207, 400, 409, 413, 422]).toContain(status);
      }),
      { numRuns: 200 },
    );
  });

  it('is still taken afterwards', async () => {
    expect((await send('/webhooks/oura', flat(), authorized())).status).toBe(202);
  });
});
