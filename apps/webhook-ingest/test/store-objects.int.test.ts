import { defaultRetentionDays, interpretEvent, type BiometricEvent } from '@bridge/contracts';
import { connectPostgres, createOutbox, type Postgres } from '@bridge/postgres';
import { createOutboxSeal, createVault, parseKey, parseKeyList, type LiveSubject } from '@bridge/vault';
import { createTestDatabase, silentLog, testMorning, testTime, type TestDatabase } from '@bridge/testing';
import { randomBytes } from 'node:crypto';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { unsealDocument } from '../src/documents/rows/document-rows.ts';
import { createStoreObjects } from '../src/documents/rows/store-objects.ts';
import type { Observation } from '../src/documents/domain/object-observation.ts';
import type { NormalObject } from '../src/documents/domain/normalized.ts';

let database: TestDatabase;
let postgres: Postgres;
let person: LiveSubject;
let store: ReturnType<typeof createStoreObjects>;
/** Before the transaction's last batch. */
let reads = 0;
const events: BiometricEvent[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const config = { url: database.urlFor('ingest'), max: 6, applicationName: 'test' };
  postgres = connectPostgres(config, { log: silentLog, metrics: new Registry() });
  const vault = createVault({
    query: postgres.query,
    kek: parseKeyList(`k1:${randomBytes(32).toString('base64')}`),
    indexKey: parseKey(randomBytes(32).toString('base64')),
    cacheSize: 100,
  });
  const ada = (await vault.subjectsFor(['ada'])).get('ada');
  if (ada === undefined || ada.erased) throw new Error('ada was not made');
  person = ada;
  store = createStoreObjects({
    transaction: (run) =>
      postgres.transaction((tx) => {
        const query: typeof tx.query = (...sql) => {
          reads += 1;
          return tx.query(...sql);
        };
        return run({ ...tx, query });
      }),
    outbox: createOutbox('ingest', 'test'),
    outboxSeal: createOutboxSeal(vault, 'ingest.outbox'),
    toEventMessage: (event) => {
      events.push(event);
      const value = Buffer.from(JSON.stringify(event));
      return { topic: 'events', key: event.user_id, ceId: event.event_id, value, headers: {} };
    },
    offer: () => undefined,
    now: () => testMorning,
    retentionDays: defaultRetentionDays,
    report: { leftOut: () => undefined, quarantined: () => undefined },
  });
});

afterAll(async () => {
  await postgres.close();
  await database.close();
});

function night(objectId: string, hrv: number, more: Partial<NormalObject> = {}): Observation {
  const object: NormalObject = {
    objectId,
    eventType: 'sleep',
    timestamp: testTime(10).replace('Z', '+01:00'),
    reported: 'sensed',
    readings: [{ path: 'average_hrv', metric: 'hrv_rmssd', value: hrv, unit: 'ms', context: 'sleep' }],
    ...more,
  };
  return { source: 'oura', normalized: { kind: 'object', object }, raw: Buffer.from(`{"hrv":${hrv}}`) };
}

const withdrawn = (objectId: string): Observation => ({
  source: 'oura',
  normalized: { kind: 'withdrawn', objectId },
  raw: Buffer.from('{}'),
});

const outboxIds = async () =>
  (await postgres.query<{ id: string }>('select ce_id "id" from ingest.outbox o order by o.id')).map(
    ({ id }) => id,
  );

it('gives each change of an object one event, in order of version', async () => {
  const before = events.length;
  const stored = [
    ...(await store(person, [night('sleep/a', 48), night('sleep/a', 48)])),
    ...(await store(person, [night('sleep/a', 50)])),
    ...(await store(person, [withdrawn('sleep/a'), withdrawn('sleep/a')])),
  ];
  expect(stored.map(({ kind }) => kind)).toEqual([
    'published',
    'duplicate',
    'published',
    'published',
    'duplicate',
  ]);
  const made = events.slice(before);
  expect(made.map(({ version, operation }) => [version, operation])).toEqual([
    [0, 'upsert'],
    [1, 'upsert'],
    [2, 'delete'],
  ]);
  expect(await outboxIds()).toEqual(made.map(({ event_id }) => event_id));
});

it('withdraws what is not measured any more, if it was published', async () => {
  const unscorable = (objectId: string, vendorVersion: number): Observation => ({
    source: 'whoop',
    normalized: { kind: 'unmapped', reason: 'unscorable', objectId, vendorVersion },
    raw: Buffer.from(`{"unscorable":"${objectId}"}`),
  });
  const scored = { ...night('sleep/u', 48, { vendorVersion: 5 }), source: 'whoop' };
  const stored = [
    ...(await store(person, [unscorable('sleep/never', 6)])),
    ...(await store(person, [scored, unscorable('sleep/u', 6), unscorable('sleep/u', 6)])),
    ...(await store(person, [unscorable('sleep/u', 4), unscorable('sleep/u', 6)])),
  ];
  expect(stored).toMatchObject([
    { kind: 'unmapped' },
    { kind: 'published', version: 5, operation: 'upsert' },
    { kind: 'published', version: 6, operation: 'delete' },
    { kind: 'duplicate' },
    { kind: 'stale' },
    { kind: 'duplicate' },
  ]);
});

it('makes events that our own consumers accept', () => {
  for (const event of events) {
    const raw = Buffer.from(JSON.stringify(event));
    const brokerTime = testMorning + 1_000;
    const verdict = interpretEvent({ body: JSON.parse(raw.toString()), raw, brokerTime, trusted: true });
    expect(verdict.kind).toBe('ok');
  }
});

it('ignores an older version of the vendor', async () => {
  await store(person, [night('sleep/b', 48, { vendorVersion: 5 })]);
  const stored = await store(person, [
    night('sleep/b', 40, { vendorVersion: 4 }),
    night('sleep/b', 52, { vendorVersion: 6 }),
  ]);
  expect(stored).toMatchObject([{ kind: 'stale' }, { kind: 'published', version: 6 }]);
});

it('keeps the document as it came, sealed, beside its event', async () => {
  const [stored] = await store(person, [night('sleep/c', 61)]);
  if (stored?.kind !== 'published') throw new Error('expected an event');
  const [row] = await postgres.query<{ contentHash: Buffer; sealed: Buffer }>(
    'select content_hash "contentHash", sealed from ingest.documents where event_id = $1',
    [Buffer.from(stored.eventId, 'hex')],
  );
  if (row === undefined) throw new Error('expected a document');
  expect(row.sealed.includes('hrv')).toBe(false);
  expect(unsealDocument(person, row.contentHash, row.sealed).toString()).toBe('{"hrv":61}');
});

it('quarantines once what the vendor sends again and again', async () => {
  const absurd = night('sleep/d', 4000);
  await store(person, [absurd]);
  await store(person, [absurd]);
  const rows = await postgres.query(`select reason from ingest.documents where state = 'quarantined'`);
  expect(rows).toEqual([{ reason: 'implausible_value' }]);
});

it('takes back the part that a shorter series does not have any more', async () => {
  const readings = (count: number) =>
    Array.from({ length: count }, (_, nr) => ({ path: `${nr}`, metric: 'heart_rate', value: 60 + (nr % 9) }));
  await store(person, [night('session/e', 0, { readings: readings(1200) })]);
  const before = events.length;
  await store(person, [night('session/e', 0, { readings: readings(900) })]);
  expect(events.slice(before).map(({ operation, provenance }) => [operation, provenance.object_id])).toEqual([
    ['upsert', 'session/e'],
    ['delete', 'session/e#2'],
  ]);
});

it('counts versions one after another when two processes store at once', async () => {
  const before = events.length;
  await Promise.all([30, 31, 32, 33, 34, 35].map((hrv) => store(person, [night('sleep/f', hrv)])));
  const made = events.slice(before);
  expect(made.map(({ version }) => version)).toEqual([0, 1, 2, 3, 4, 5]);
});

it('leaves nothing behind when a statement fails', async () => {
  const ids = await outboxIds();
  const failing = { name: '', text: 'select 1 / $1::int', values: [0] };
  await expect(store(person, [night('sleep/g', 44)], [failing])).rejects.toThrow('division by zero');
  expect(await outboxIds()).toEqual(ids);
  expect(await store(person, [night('sleep/g', 44)])).toMatchObject([{ kind: 'published', version: 0 }]);
});

/** An object that comes in parts: its pulse is the sum of them, its document the list. */
function part(objectId: string, hrv: number, completeness = 1): Observation {
  const told = (parts: readonly number[]) => {
    const sum = parts.reduce((all, one) => all + one, 0);
    return { ...night(objectId, sum, { completeness }), raw: Buffer.from(JSON.stringify(parts)) };
  };
  const putTogether = (stored: Buffer) => {
    const before = JSON.parse(stored.toString()) as number[];
    if (before.length > 3) return undefined;
    return told(before.includes(hrv) ? before : [...before, hrv]);
  };
  return { ...told([hrv]), mergeWithCurrent: putTogether };
}

const partsOf = async (objectId: string) => {
  const of = events.filter(({ provenance }) => provenance.object_id === objectId);
  const rows = await postgres.query<{ contentHash: Buffer; sealed: Buffer }>(
    'select content_hash "contentHash", sealed from ingest.documents where event_id = any($1) order by document_id',
    [of.map(({ event_id }) => Buffer.from(event_id, 'hex'))],
  );
  const documents = rows.map(({ contentHash, sealed }) =>
    unsealDocument(person, contentHash, sealed).toString(),
  );
  return of.map(({ version, readings }, nr) => [version, readings[0]?.value, documents[nr]]);
};

it('puts together what comes in parts, in one call and in several at once', async () => {
  const stored = await store(person, [part('sleep/h', 10), part('sleep/h', 20), part('sleep/h', 10)]);
  expect(stored.map(({ kind }) => kind)).toEqual(['published', 'published', 'duplicate']);
  await Promise.all([store(person, [part('sleep/h', 30)]), store(person, [part('sleep/h', 20)])]);
  expect(await partsOf('sleep/h')).toEqual([
    [0, 10, '[10]'],
    [1, 30, '[10,20]'],
    [2, 60, '[10,20,30]'],
  ]);
});

it('takes a part alone where nothing stands, and does not take less for it when both are put together', async () => {
  await store(person, [part('sleep/i', 10, 2)]);
  expect(await store(person, [part('sleep/i', 20, 0)])).toMatchObject([{ kind: 'published', version: 1 }]);
  await store(person, [withdrawn('sleep/i')]);
  expect(await store(person, [part('sleep/i', 30, 1)])).toEqual([{ kind: 'stale' }]);
  expect(await store(person, [part('sleep/i', 30, 3)])).toMatchObject([{ kind: 'published', version: 3 }]);
  expect((await partsOf('sleep/i')).at(-1)).toEqual([3, 30, '[30]']);
});

it('asks once for all that stands, and not at all where nothing does', async () => {
  const parts = (hrv: number) => Array.from({ length: 40 }, (_, nr) => part(`sleep/j${nr}`, hrv));
  reads = 0;
  await store(person, parts(10));
  // The lock, the person's zone, and what is known of the objects.
  expect(reads).toBe(3);
  await store(person, parts(20));
  expect(reads).toBe(7);
});
