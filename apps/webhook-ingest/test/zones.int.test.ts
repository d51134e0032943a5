import { defaultRetentionDays, type BiometricEvent, type Profile } from '@bridge/contracts';
import { connectPostgres, createOutbox, type Postgres } from '@bridge/postgres';
import {
  createOutboxSeal,
  createVault,
  parseKey,
  parseKeyList,
  type LiveSubject,
  type Vault,
} from '@bridge/vault';
import {
  buildEvent,
  createTestDatabase,
  silentLog,
  testMorning,
  testTime,
  type TestDatabase,
} from '@bridge/testing';
import { randomBytes } from 'node:crypto';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createStoreObjects, type StoreObjects } from '../src/documents/rows/store-objects.ts';
import { createStoreSeries, type StoreSeries } from '../src/documents/rows/store-series.ts';
import { createStoreProfile, type StoreProfile } from '../src/profiles/rows/profile-rows.ts';
import { normalizeOura } from '../src/vendors/oura/normalize-oura.ts';

const today = testTime().slice(0, 10);
let database: TestDatabase;
let postgres: Postgres;
let vault: Vault;
let storeObjects: StoreObjects;
let storeSeries: StoreSeries;
let storeProfile: StoreProfile;
let now = testMorning;
const events: BiometricEvent[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const config = { url: database.urlFor('ingest'), max: 4, applicationName: 'test' };
  postgres = connectPostgres(config, { log: silentLog, metrics: new Registry() });
  vault = createVault({
    query: postgres.query,
    kek: parseKeyList(`k1:${randomBytes(32).toString('base64')}`),
    indexKey: parseKey(randomBytes(32).toString('base64')),
    cacheSize: 100,
  });
  const deps = {
    transaction: postgres.transaction,
    outbox: createOutbox('ingest', 'test'),
    outboxSeal: createOutboxSeal(vault, 'ingest.outbox'),
    toEventMessage: (event: BiometricEvent) => {
      events.push(event);
      const value = Buffer.from(JSON.stringify(event));
      return { topic: 'events', key: event.user_id, ceId: event.event_id, value, headers: {} };
    },
    offer: () => undefined,
    now: () => now,
    retentionDays: defaultRetentionDays,
    report: { leftOut: () => undefined, quarantined: () => undefined },
  };
  storeObjects = createStoreObjects(deps);
  storeSeries = createStoreSeries(deps);
  storeProfile = createStoreProfile(deps);
});

afterAll(async () => {
  await postgres.close();
  await database.close();
});

async function personNamed(name: string): Promise<LiveSubject> {
  const person = (await vault.subjectsFor([name])).get(name);
  if (person === undefined || person.erased) throw new Error(`${name} was not made`);
  return person;
}

/** The timestamp of the event that this person's readiness of a day becomes; undefined if it becomes none. */
async function readinessOf(person: LiveSubject, day: string, score = 74): Promise<string | undefined> {
  const document = { id: `dr-${day}`, day, score };
  const normalized = normalizeOura('daily_readiness', document);
  const before = events.length;
  await storeObjects(person, [{ source: 'oura', normalized, raw: Buffer.from(JSON.stringify(document)) }]);
  return events.slice(before)[0]?.timestamp;
}

/** Stores what a person states of themselves. */
async function states(person: LiveSubject, profile: Profile): Promise<void> {
  const { userId: user_id } = person;
  const event = buildEvent({ user_id, source: 'manual', event_type: 'profile', readings: [] });
  await storeProfile(person, () => ({ event: { ...event, profile } }));
}

/** A pulse that was measured half an hour ago on a clock with this offset, in hours. */
const pulseAt = (hours: number) => ({
  ...{ metric: 'heart_rate', value: 61, unit: 'bpm', raw: {} },
  end: `${new Date(now + (hours - 0.5) * 3_600_000).toISOString().slice(0, 19)}+${String(hours).padStart(2, '0')}:00`,
});

const yesterday = new Date(testMorning - 86_400_000).toISOString().slice(0, 10);

it('dates the documents of a day by the offset of the newest points', async () => {
  const ada = await personNamed('ada');
  expect(await readinessOf(ada, yesterday)).toBe(`${yesterday}T12:00:00+00:00`);
  await storeSeries(ada, { source: 'apple', points: [pulseAt(9)] });
  const earlier = new Date(testMorning - 2 * 86_400_000).toISOString().slice(0, 10);
  expect(await readinessOf(ada, earlier)).toBe(`${earlier}T12:00:00+09:00`);
  // 07:00 in UTC is 16:00 there.
  expect(await readinessOf(ada, today)).toBe(`${today}T12:00:00+09:00`);
});

it('dates them by the night that arrives with them, in any order', async () => {
  const bob = await personNamed('bob');
  const bedtime_end = testTime(-30).replace('Z', '-03:30');
  const documents = [
    ['daily_readiness', { id: 'dr', day: today, score: 74 }],
    [
      'sleep',
      {
        id: 's',
        day: today,
        type: 'long_sleep',
        average_hrv: 48,
        bedtime_end,
      },
    ],
  ] as const;
  now = testMorning + 4 * 3_600_000;
  const before = events.length;
  await storeObjects(
    bob,
    documents.map(([dataType, document]) => ({
      source: 'oura',
      normalized: normalizeOura(dataType, document),
      raw: Buffer.from(JSON.stringify(document)),
    })),
  );
  now = testMorning;
  const readiness = events.slice(before).find(({ event_type }) => event_type === 'readiness');
  // 11:00 in UTC is 07:30 there: its noon is still to come.
  expect(readiness).toMatchObject({
    timestamp: `${today}T07:30:00-03:30`,
    provenance: { flags: ['time_assumed'] },
  });
});

it('dates them by the profile first, and a later profile re-dates nothing', async () => {
  const eve = await personNamed('eve');
  await storeSeries(eve, { source: 'apple', points: [pulseAt(9)] });
  await states(eve, { time_zone: 'Asia/Kathmandu' });
  expect(await readinessOf(eve, yesterday)).toBe(`${yesterday}T12:00:00+05:45`);
  await states(eve, { language: 'de' });
  expect(await readinessOf(eve, today)).toBe(`${today}T12:00:00+05:45`);
  await states(eve, { time_zone: 'Asia/Tokyo' });
  expect(await readinessOf(eve, yesterday)).toBeUndefined();
  // What the vendor changes counts from then on, in the zone of then.
  expect(await readinessOf(eve, yesterday, 75)).toBe(`${yesterday}T12:00:00+09:00`);
});

it('seals the row, and has none of people of whom nothing is known', async () => {
  const rows = await postgres.query<{ sealed: Buffer }>('select sealed from ingest.zones');
  expect(rows).toHaveLength(3);
  for (const { sealed } of rows) expect(sealed.toString('latin1')).not.toMatch(/Asia|offset|zone/);
  const joe = await personNamed('joe');
  await readinessOf(joe, today);
  await states(joe, { language: 'de' });
  expect(await postgres.query('select 1 from ingest.zones')).toHaveLength(3);
});
