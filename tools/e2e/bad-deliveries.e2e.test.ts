import { createKeyRing } from '@bridge/auth';
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../local/wait-until.ts';
import { signatureHeaders } from '../lab/vendor-sim/notices/sign.ts';
import { vendors, type Vendor } from '../lab/vendor-sim/vendor.ts';
import { connectDatabase, type Database } from './database.ts';
import { appDate, healthExport } from './health-export.ts';
import { followStream } from './stream.ts';
import { newUser, required, system } from './system.ts';
import { connectTo, createVendorAccount, quarantinedOf } from './vendor-account.ts';

const database: Database = connectDatabase();
let keyForOne = '';
beforeAll(async () => {
  const keys = createKeyRing(database);
  keyForOne = (await keys.createKey({ label: 'e2e', scopes: ['ingest'], users: ['e2e_only_me'] })).key;
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

/** Stands for a health value: no answer may repeat it. So long that no trace id has it by chance. */
const canary = 47_114_711;
const day = 86_400_000;

type Delivery = {
  readonly path: string;
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
};

function send({ path, body, headers }: Delivery): Promise<Response> {
  const json = { 'content-type': 'application/json' };
  const bytes = new Blob([new Uint8Array(Buffer.from(body))]);
  return fetch(system.edge + path, { method: 'POST', headers: { ...json, ...headers }, body: bytes });
}

const withKey = (path: string, body: string | Buffer, key = system.masterKey): Delivery => ({
  path,
  body,
  headers: { authorization: `Bearer ${key}` },
});
const withoutKey = (path: string, body: string): Delivery => ({ path, body, headers: {} });

/** Half of a body behind gzip. */
function cutOff(path: string, body: string): Delivery {
  const { headers, ...delivery } = withKey(path, gzipSync(body).subarray(0, 40));
  return { ...delivery, headers: { ...headers, 'content-encoding': 'gzip' } };
}

/** As the vendor signs. */
function fromVendor(vendor: Vendor, body: string, { at = Date.now(), signedBody = body } = {}): Delivery {
  const secret = required(`VENDOR_SIM_${vendor.toUpperCase()}_SECRET`);
  const headers = signatureHeaders(vendor, { secret, at, body: signedBody });
  return { path: `/webhooks/${vendor}`, body, headers };
}

const notice = JSON.stringify({ user_id: 'nobody', id: canary, type: 'sleep.updated' });
const flat = (more: object) => JSON.stringify({ user_id: newUser(), event_id: randomUUID(), ...more });
const byHand = (reading: object) => flat({ readings: [{ metric: 'heart_rate', ...reading }] });
const pulses = (...points: object[]) => JSON.stringify(healthExport(points));
const yesterday = appDate(Date.now() - day);
const applePulse = (qty: unknown) => pulses({ date: yesterday, qty });
const asNaN = (body: string) => body.replace(String(canary), 'NaN');

const [oura, whoop, manual] = ['/webhooks/oura', '/webhooks/whoop', '/webhooks/manual'] as const;
const apple = '/webhooks/apple?user_id=e2e_refused';

type Case = readonly [status: number, what: string, delivery: Delivery];

const cases: readonly Case[] = [
  ...vendors.flatMap((vendor): Case[] => [
    [401, 'a signature of other bytes', fromVendor(vendor, notice, { signedBody: `${notice} ` })],
    [401, 'a signature of an hour ago', fromVendor(vendor, notice, { at: Date.now() - day / 24 })],
    [400, 'a signed body that is no JSON', fromVendor(vendor, `{${canary}`)],
    [422, 'a signed body without an id', fromVendor(vendor, `{"x":${canary}}`)],
  ]),
  ...[oura, whoop, manual, apple].flatMap((path): Case[] => [
    [400, 'a body that is no JSON', withKey(path, `{"user_id": ${canary}`)],
    [400, 'truncated gzip', cutOff(path, applePulse(canary))],
    [401, 'no key', withoutKey(path, flat({ heart_rate: canary }))],
  ]),
  [400, 'a literal NaN', withKey(oura, asNaN(flat({ heart_rate: canary })))],
  [400, 'a literal NaN', withKey(manual, asNaN(byHand({ value: canary })))],
  [400, 'a literal NaN', withKey(apple, asNaN(applePulse(canary)))],
  ...[-canary, canary, String(canary)].flatMap((value): Case[] => [
    [422, `the value ${JSON.stringify(value)}`, withKey(whoop, flat({ heart_rate: value }))],
    [422, `the value ${JSON.stringify(value)}`, withKey(manual, byHand({ value }))],
  ]),
  [422, 'a user_id that is a number', withKey(oura, flat({ user_id: canary, heart_rate: 60 }))],
  [422, 'a user_id that is a number', withKey('/webhooks/apple', flat({ user_id: canary, heart_rate: 60 }))],
  [
    422,
    'a user_id that is a number',
    withKey(manual, byHand({ value: 60 }).replace(/"e2e_\w+"/, `${canary}`)),
  ],
  [422, 'two user_ids', withKey('/webhooks/apple?user_id=a&user_id=b', applePulse(60))],
  [422, 'data of nobody', withKey('/webhooks/apple', applePulse(60))],
];

async function expectRefusal(delivery: Delivery, status: number): Promise<void> {
  const response = await send(delivery);
  const text = await response.text();
  expect([response.status, text]).toEqual([status, expect.not.stringContaining(String(canary))]);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(JSON.parse(text)).toMatchObject({ status, title: expect.any(String) as string });
}

describe('a delivery that is refused', () => {
  const named = cases.map(([status, what, delivery]) => ({ status, what, delivery, path: delivery.path }));
  it.each(named)('$status: $what on $path', ({ status, delivery }) => expectRefusal(delivery, status));

  it.each([
    ['a flat body', oura, flat({ heart_rate: 60 })],
    ['readings by hand', manual, byHand({ value: 60 })],
    ['Apple data', apple, applePulse(60)],
  ])('403: %s of another person than the one of the key', (_what, path, body) =>
    expectRefusal(withKey(path, body, keyForOne), 403),
  );
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
    using stream = await followStream(userId);
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
  const response = await send(withKey(`/webhooks/apple?user_id=${userId}`, pulses(...points)));
  expect(response.status).toBe(200);
  return response.json();
}

describe('what cannot be true and cannot be sent back', () => {
  it('is kept and shown when an app sends it', async () => {
    const userId = newUser();
    const response = await send(withKey(`/webhooks/apple?user_id=${userId}`, applePulse(canary)));
    expect([response.status, await response.json()]).toEqual([
      207,
      expect.objectContaining({ quarantined: 1 }),
    ]);
    expect(await quarantinedOf(userId)).toMatchObject([{ source: 'apple', count: 1 }]);
  });

  it('is kept and shown when a vendor says it', async () => {
    const userId = newUser();
    const account = await createVendorAccount('oura');
    await connectTo(account, userId);
    const today = new Date().toISOString().slice(0, 10);
    await account.put('daily_readiness', { id: randomUUID(), day: today, score: canary });
    const shown = async () => (await quarantinedOf(userId)).length > 0;
    await waitUntil('the quarantined document', shown, { withinMs: 10_000 });
    expect(await quarantinedOf(userId)).toMatchObject([{ source: 'oura', count: 1 }]);
    expect(await database.eventCountOf(userId)).toBe(0);
  });
});
