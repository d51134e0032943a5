import { createKeyRing } from '@bridge/auth';
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../local/wait-until.ts';
import { signatureHeaders } from '../vendor-sim/notices/sign.ts';
import { vendors, type Vendor } from '../vendor-sim/vendor.ts';
import { openDatabase, type Database } from './database.ts';
import { appDate, healthExport } from './health-export.ts';
import { follow } from './stream.ts';
import { newUser, required, system } from './system.ts';
import { connectTo, openVendorAccount, quarantinedOf } from './vendor-account.ts';

const database: Database = openDatabase();
let keyForOne = '';
beforeAll(async () => {
  const keys = createKeyRing(database);
  keyForOne = (await keys.createKey({ label: 'e2e', scopes: ['ingest'], users: ['e2e_only_me'] })).key;
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

/** Stands for a health value: no answer may repeat it. */
const canary = 4711;
const day = 86_400_000;

type Headers = Readonly<Record<string, string>>;

function send(path: string, body: string | Buffer, headers: Headers): Promise<Response> {
  const json = { 'content-type': 'application/json' };
  return fetch(system.edge + path, {
    method: 'POST',
    headers: { ...json, ...headers },
    body: new Blob([new Uint8Array(Buffer.from(body))]),
  });
}

const bearer = (key: string): Headers => ({ authorization: `Bearer ${key}` });
const withKey = (more: Headers = {}): Headers => ({ ...bearer(system.masterKey), ...more });

/** As the vendor signs; `at` is the signed time. */
function signed(vendor: Vendor, body: string, at = Date.now()): Headers {
  const secret = required(`VENDOR_SIM_${vendor.toUpperCase()}_SECRET`);
  return signatureHeaders(vendor, { secret, at, body });
}

const notice = JSON.stringify({ user_id: 'nobody', id: canary, type: 'sleep.updated' });
const flat = (more: object) => JSON.stringify({ user_id: newUser(), event_id: randomUUID(), ...more });
const manual = (reading: object) => flat({ readings: [{ metric: 'heart_rate', ...reading }] });
const apple = (point: object) =>
  JSON.stringify(healthExport([{ date: appDate(Date.now() - day), ...point }]));
const appleRoute = '/webhooks/apple?user_id=e2e_refused';
const cut = (body: string) => gzipSync(body).subarray(0, 40);
const gzip = { 'content-encoding': 'gzip' };

type Case = readonly [
  status: number,
  what: string,
  path: string,
  body: string | Buffer,
  headers: () => Headers,
];

const everyRoute = ['/webhooks/oura', '/webhooks/whoop', '/webhooks/manual', appleRoute];

const cases: readonly Case[] = [
  ...vendors.flatMap((vendor): Case[] => [
    [401, 'a signature of other bytes', `/webhooks/${vendor}`, notice, () => signed(vendor, `${notice} `)],
    [
      401,
      'a signature of an hour ago',
      `/webhooks/${vendor}`,
      notice,
      () => signed(vendor, notice, Date.now() - day / 24),
    ],
    [
      400,
      'a signed body that is no JSON',
      `/webhooks/${vendor}`,
      `{${canary}`,
      () => signed(vendor, `{${canary}`),
    ],
    [
      422,
      'a signed body without an id',
      `/webhooks/${vendor}`,
      `{"x":${canary}}`,
      () => signed(vendor, `{"x":${canary}}`),
    ],
  ]),
  ...everyRoute.flatMap((path): Case[] => [
    [400, 'a body that is no JSON', path, `{"user_id": ${canary}`, withKey],
    [400, 'truncated gzip', path, cut(apple({ qty: canary })), () => withKey(gzip)],
    [401, 'no key', path, flat({ heart_rate: canary }), () => ({})],
  ]),
  [
    400,
    'a literal NaN',
    '/webhooks/oura',
    `{"user_id": "u", "event_id": "${canary}", "hrv_rmssd": NaN}`,
    withKey,
  ],
  [400, 'a literal NaN', '/webhooks/manual', manual({ value: canary }).replace('4711', 'NaN'), withKey],
  [400, 'a literal NaN', appleRoute, apple({ qty: canary }).replace('4711', 'NaN'), withKey],
  ...[-canary, canary, String(canary)].flatMap((value): Case[] => [
    [422, `the value ${JSON.stringify(value)}`, '/webhooks/whoop', flat({ heart_rate: value }), withKey],
    [422, `the value ${JSON.stringify(value)}`, '/webhooks/manual', manual({ value }), withKey],
  ]),
  ...['/webhooks/oura', '/webhooks/apple'].map((path): Case => [
    422,
    'a user_id that is a number',
    path,
    flat({ user_id: canary, heart_rate: 60 }),
    withKey,
  ]),
  [
    422,
    'a user_id that is a number',
    '/webhooks/manual',
    manual({ value: 60 }).replace(/"e2e_\w+"/, '4711'),
    withKey,
  ],
  [422, 'two user_ids', '/webhooks/apple?user_id=a&user_id=b', apple({ qty: 60 }), withKey],
  [422, 'data of nobody', '/webhooks/apple', apple({ qty: 60 }), withKey],
  [403, "another person's flat body", '/webhooks/oura', flat({ heart_rate: 60 }), () => bearer(keyForOne)],
  [403, "another person's readings", '/webhooks/manual', manual({ value: 60 }), () => bearer(keyForOne)],
  [403, "another person's Apple data", appleRoute, apple({ qty: 60 }), () => bearer(keyForOne)],
];

describe('a delivery that is refused', () => {
  it.each(cases)('%i: %s on %s', async (status, _what, path, body, headers) => {
    const response = await send(path, body, headers());
    const text = await response.text();
    expect([response.status, text]).toEqual([status, expect.not.stringContaining(String(canary))]);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(JSON.parse(text)).toMatchObject({ status, title: expect.any(String) as string });
  });
});

describe('a delivery that looks odd and is right', () => {
  const at = Math.floor((Date.now() - 20 * day) / day) * day + 14.5 * (day / 24);
  const date = new Date(at).toISOString().slice(0, 10);

  it.each([
    ['a 12-hour clock', `${date} 2:30:00 PM +0000`],
    ['a narrow no-break space before it', `${date} 2:30:00\u202fPM +0000`],
    ['small letters', `${date} 2:30:00 pm +0000`],
  ])('is read with %s', async (_what, text) => {
    const userId = newUser();
    using stream = await follow(userId);
    await imported(userId, [{ date: text, qty: 60 }]);
    const [frame] = await stream.until(1);
    expect(Date.parse(String(frame?.data['timestamp']))).toBe(at);
  });

  it('has the hour that comes twice in autumn twice, by its offset', async () => {
    const twice = ['+0200', '+0100'].map((offset) => ({ date: `${date} 02:30:00 ${offset}`, qty: 60 }));
    expect(await imported(newUser(), twice)).toMatchObject({ points: 2, new: 2, duplicates: 0 });
  });
});

async function imported(userId: string, points: readonly object[]): Promise<unknown> {
  const body = JSON.stringify(healthExport(points));
  const response = await send(`/webhooks/apple?user_id=${userId}`, body, withKey());
  expect(response.status).toBe(200);
  return response.json();
}

describe('what cannot be true and cannot be sent back', () => {
  it('is kept and shown when an app sends it', async () => {
    const userId = newUser();
    const body = JSON.stringify(healthExport([{ date: appDate(Date.now() - day), qty: canary }]));
    const response = await send(`/webhooks/apple?user_id=${userId}`, body, withKey());
    expect([response.status, await response.json()]).toEqual([
      207,
      expect.objectContaining({ quarantined: 1 }),
    ]);
    expect(await quarantinedOf(userId)).toMatchObject([{ source: 'apple', count: 1 }]);
  });

  it('is kept and shown when a vendor says it', async () => {
    const userId = newUser();
    const account = await openVendorAccount('oura');
    await connectTo(account, userId);
    const today = new Date().toISOString().slice(0, 10);
    await account.put('daily_readiness', { id: randomUUID(), day: today, score: canary });
    const shown = async () => (await quarantinedOf(userId)).length > 0;
    await waitUntil('the quarantined document', shown, { withinMs: 10_000 });
    expect(await quarantinedOf(userId)).toMatchObject([{ source: 'oura', count: 1 }]);
    expect(await database.eventCountOf(userId)).toBe(0);
  });
});
