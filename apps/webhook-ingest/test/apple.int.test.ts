import { createTestDatabase, randomName, type TestDatabase } from '@bridge/testing';
import { zipSync } from 'fflate';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAppleRoutes } from './apple-service.ts';
import { followEvents } from './follow-events.ts';
import { createKeys } from './ingest-process.ts';

const keys = createKeys();
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A time as the app writes it. */
function written(at: number): string {
  const time = new Date(at).toISOString();
  return `${time.slice(0, 10)} ${time.slice(11, 19)} +0000`;
}

/** Minutes of the hour before the last, as the app writes times. */
function healthDate(minute: number): string {
  return written(Math.floor(Date.now() / hourMs) * hourMs - 2 * hourMs + minute * 60_000);
}

/** The last Sunday of October that is over, on which clocks in Europe went back at 01:00 UTC: `2001-10-28`. */
function autumnDay(): string {
  const lastSunday = (year: number) => {
    const end = new Date(Date.UTC(year, 9, 31));
    return end.getTime() - end.getUTCDay() * dayMs;
  };
  const year = new Date().getUTCFullYear();
  const ofThisYear = lastSunday(year);
  const over = ofThisYear + dayMs < Date.now() ? ofThisYear : lastSunday(year - 1);
  return new Date(over).toISOString().slice(0, 10);
}

const metric = (name: string, units: string, data: readonly object[]) => ({ name, units, data });
const exported = (...metrics: readonly object[]) => ({ data: { metrics } });
const pulse = (points: readonly (readonly [minute: number, value: number])[]) =>
  exported(
    metric(
      'heart_rate',
      'count/min',
      points.map(([minute, qty]) => ({ qty, date: healthDate(minute), source: 'Ada’s Watch' })),
    ),
  );
const none = { new: 0, duplicates: 0, corrected: 0, quarantined: 0, dropped: 0, unknown: {} };

it('stores what overlaps once, and a changed value as exactly one correction', async () => {
  const ada = randomName('ada');
  const first = await followEvents(keys.BRIDGE_SIGNING_KEY, [ada]);
  const { post } = await startAppleRoutes(database, keys);
  const path = `/webhooks/apple?user_id=${ada}`;
  expect(
    await post(
      path,
      pulse([
        [1, 60],
        [2, 61],
        [3, 62],
      ]),
    ),
  ).toEqual({
    status: 200,
    body: { points: 3, ...none, new: 3 },
  });
  expect(
    await post(
      path,
      pulse([
        [2, 61],
        [3, 70],
        [4, 63],
      ]),
    ),
  ).toEqual({
    status: 200,
    body: { points: 3, ...none, new: 1, duplicates: 1, corrected: 1 },
  });
  const events = (await first(3)).map(({ event }) => event);
  expect(events.map(({ version, readings }) => [version, readings.map(({ value }) => value)])).toEqual([
    [0, [60, 61, 62]],
    [1, [60, 61, 70]],
    [0, [63]],
  ]);
  expect(events[1]?.provenance.object_id).toBe(events[0]?.provenance.object_id);
  expect(events[0]?.device_id).toMatch(/^[0-9a-f]{16}$/);
});

it('takes 200,000 points in one body, and finds them all known when they come again', async () => {
  const { post } = await startAppleRoutes(database, keys);
  const start = Date.now() - 300 * 86_400_000;
  const data = Array.from({ length: 200_000 }, (_, nr) => {
    return { qty: 60 + (nr % 40), date: written(start + nr * 100_000) };
  });
  const body = exported({ data, units: 'bpm', name: 'heart_rate' });
  const path = `/webhooks/apple?user_id=${randomName('ada')}`;
  expect(await post(path, body)).toEqual({
    status: 200,
    body: { points: 200_000, ...none, new: 200_000 },
  });
  expect(await post(path, body)).toEqual({
    status: 200,
    body: { points: 200_000, ...none, duplicates: 200_000 },
  });
});

it('stores sealed what cannot be and what nobody knows, and goes on with the rest', async () => {
  const ada = randomName('ada');
  const first = await followEvents(keys.BRIDGE_SIGNING_KEY, [ada]);
  const { post, query, lines } = await startAppleRoutes(database, keys);
  const date = healthDate(10);
  const answer = await post(`/webhooks/apple?user_id=${ada}`, {
    data: {
      metrics: [
        metric('heart_rate', 'bpm', [
          { qty: 61, date },
          { qty: 1_000, date: healthDate(11) },
          { qty: '62', date: healthDate(12) },
          { qty: 63, date: written(Date.now() + 1_000 * dayMs) },
          { qty: 64, date: '2001-01-01 00:00:00 +0000' },
        ]),
        metric('toothbrushing', 's', [{ qty: 120, date, source: 'Ada’s brush' }]),
      ],
      symptoms: [{ name: 'headache', start: date, end: date }],
      workouts: [{ id: 'w1', name: 'Run', start: healthDate(1), end: healthDate(20), avgHeartRate: 120 }],
    },
  });
  const unknown = { toothbrushing: 1, symptoms: 1 };
  expect(answer).toEqual({
    status: 207,
    body: { points: 8, ...none, new: 2, quarantined: 3, dropped: 1, unknown },
  });
  const events = (await first(2)).map(({ event }) => event);
  expect(events.map(({ event_type }) => event_type).sort()).toEqual(['heart_rate', 'workout']);

  const documents = await query<{ state: string; sealed: Buffer }>(
    'select state, sealed from ingest.documents where event_id is null or event_id = any($1)',
    [events.map(({ event_id }) => Buffer.from(event_id, 'hex'))],
  );
  expect(documents.map(({ state }) => state).sort()).toEqual([
    'event',
    'event',
    'kept',
    'kept',
    'quarantined',
    'quarantined',
    'quarantined',
  ]);
  const stored = documents.map(({ sealed }) => sealed.toString('latin1')).join();
  for (const text of ['headache', 'brush', 'heart_rate', 'qty']) expect(stored).not.toContain(text);
  for (const text of [ada, 'headache', 'Ada']) expect(lines.join()).not.toContain(text);
});

it('tells the two hours of an autumn night apart, and one moment in any spelling once', async () => {
  const { post } = await startAppleRoutes(database, keys);
  const path = `/webhooks/apple?user_id=${randomName('ada')}`;
  const day = autumnDay();
  const points = [
    { qty: 60, date: `${day} 02:30:00 +0200` },
    { qty: 61, date: `${day} 02:30:00 +0100` },
    { qty: 61, date: `${day} 7:15:00\u202fAM +0545` },
    { qty: 61, date: `${day} 1:30:00 am +0000` },
  ];
  expect(await post(path, exported(metric('heart_rate', 'bpm', points)))).toMatchObject({
    body: { new: 2, duplicates: 2 },
  });
});

it('reads a night and its correction, and export.xml, also packed', async () => {
  const ada = randomName('ada');
  const first = await followEvents(keys.BRIDGE_SIGNING_KEY, [ada]);
  const { post } = await startAppleRoutes(database, keys);
  const path = `/webhooks/apple?user_id=${ada}`;
  const night = {
    asleep: 7,
    inBed: 8,
    sleepStart: healthDate(-540),
    sleepEnd: healthDate(-60),
    source: 'Watch',
  };
  expect((await post(path, exported(metric('sleep_analysis', 'hr', [night])))).body).toMatchObject({
    new: 1,
  });
  const longer = exported(metric('sleep_analysis', 'hr', [{ ...night, asleep: 7.5 }]));
  expect((await post(path, longer)).body).toMatchObject({ corrected: 1 });
  const record = (attributes: string) =>
    `<Record sourceName="Watch" startDate="${healthDate(5)}" endDate="${healthDate(5)}" ${attributes}/>`;
  const xml = `<HealthData>${record('type="HKQuantityTypeIdentifierOxygenSaturation" unit="%" value="0.97"')}${record(
    'type="HKCategoryTypeIdentifierAudioExposureEvent" value="x"',
  )}</HealthData>`;
  expect((await post(path, xml)).body).toMatchObject({ new: 1, unknown: { AudioExposureEvent: 1 } });
  expect((await post(path, zipSync({ 'export.xml': Buffer.from(xml) }))).body).toMatchObject({
    duplicates: 1,
  });
  expect((await post(path, gzipSync(xml), { 'content-encoding': 'gzip' })).body).toMatchObject({
    duplicates: 1,
  });
  const events = (await first(3)).map(({ event }) => event);
  expect(events.map(({ event_type, version }) => [event_type, version])).toEqual([
    ['sleep', 0],
    ['sleep', 1],
    ['spo2', 0],
  ]);
  expect(events[2]?.readings).toMatchObject([{ metric: 'spo2', value: 97, unit: '%' }]);
});

it('belongs to the user that is named, else to the only one of the key', async () => {
  const [ada, bob] = [randomName('ada'), randomName('bob')];
  const { post, createKey } = await startAppleRoutes(database, keys);
  const body = pulse([[1, 60]]);
  const as = async (users: readonly string[]) => ({ authorization: '', 'x-api-key': await createKey(users) });
  expect((await post('/webhooks/apple', body)).status).toBe(422);
  expect((await post('/webhooks/apple', body, await as([ada, bob]))).status).toBe(422);
  expect((await post(`/webhooks/apple?user_id=${bob}`, body, await as([ada]))).status).toBe(403);
  expect((await post('/webhooks/apple?user_id=', body)).status).toBe(422);
  expect((await post('/webhooks/apple?user_id=a&user_id=b', body)).status).toBe(422);
  expect((await post('/webhooks/apple', body, await as([ada]))).body).toMatchObject({ new: 1 });
  expect((await post(`/webhooks/apple?user_id=${ada}`, body)).body).toMatchObject({ duplicates: 1 });
  expect((await post('/webhooks/apple', body, { authorization: '', 'api-key': 'wrong' })).status).toBe(401);
});

it('stores what came before a break, and says of how much that is true', async () => {
  const { post } = await startAppleRoutes(database, keys);
  const path = `/webhooks/apple?user_id=${randomName('ada')}`;
  const whole = pulse(Array.from({ length: 500 }, (_, nr) => [nr / 60, 60] as const));
  const { status, body } = await post(path, JSON.stringify(whole).slice(0, -5));
  expect([status, body['detail']]).toEqual([400, expect.stringContaining('500 elements were taken')]);
  expect((await post(path, whole)).body).toMatchObject({ points: 500, duplicates: 500 });

  const ecg = { voltageMeasurements: Array.from({ length: 500_000 }, () => 0) };
  const tooLarge = await post(path, { data: { ...pulse([[20, 61]]).data, ecg: [ecg] } });
  expect([tooLarge.status, tooLarge.body['detail']]).toEqual([
    413,
    expect.stringContaining('500,000 values'),
  ]);
  expect((await post(path, pulse([[20, 61]]))).body).toMatchObject({ duplicates: 1 });
});

it('keeps taking flat bodies, and names what is wrong with a body', async () => {
  const ada = randomName('ada');
  const { post } = await startAppleRoutes(database, keys);
  const path = `/webhooks/apple?user_id=${ada}`;
  expect((await post('/webhooks/apple', { user_id: ada, event_id: 'e1', hrv_sdnn: 40 })).status).toBe(202);
  expect((await post('/webhooks/apple', { user_id: ada, event_id: 'e1', hrv_sdnn: 4_000 })).status).toBe(422);
  const whole = JSON.stringify(
    pulse([
      [1, 60],
      [2, 61],
    ]),
  );
  const statusOf = async (body: string | Uint8Array, headers?: Record<string, string>) =>
    (await post(path, body, headers)).status;
  expect(await statusOf('{"heart_rate":')).toBe(400);
  expect(await statusOf(whole.replace('61', 'NaN'))).toBe(400);
  expect(await statusOf(whole.slice(0, -9))).toBe(400);
  expect(await statusOf(gzipSync(whole).subarray(0, 60), { 'content-encoding': 'gzip' })).toBe(400);
  expect(await statusOf(whole, { 'content-encoding': 'br' })).toBe(415);
  expect(await statusOf(whole, { 'content-type': 'multipart/form-data; boundary=x' })).toBe(415);
  expect(await statusOf(`{"a":"${'b'.repeat(2_000_000)}"}`)).toBe(413);
  expect(await statusOf(`{"data":{"a":"${'b'.repeat(68_000_000)}"}}`)).toBe(413);
  expect((await post(path, whole)).body).toMatchObject({ points: 2 });
  for (const body of ['{"data":{"metrics":[]}}', '{"data":{}}', '{"data":null}', '<HealthData/>'])
    expect(await post(path, body)).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('holds no element, so nothing was stored') as string },
    });
  expect(await post(path, { data: { metrics: [null] } })).toMatchObject({
    status: 207,
    body: { quarantined: 1 },
  });
});
