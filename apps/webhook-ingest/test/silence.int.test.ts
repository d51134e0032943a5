import { randomBytes } from 'node:crypto';
import { CodedError } from '@bridge/core';
import { connectPostgres, type Postgres } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import { createTestDatabase, silentLog, type TestDatabase } from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { arrivalsStatement, createMarkPulled } from '../src/documents/rows/arrivals.ts';
import { createIngestMetrics } from '../src/metrics.ts';
import { countSilences } from '../src/silence/rows/silence-rows.ts';
import { createSilenceStore } from '../src/silence/rows/silence-store.ts';
import { createToSignalMessage } from '../src/publishing/to-message.ts';
import type { ConnectionState } from '../src/connections/domain/connection.ts';
import type { PageAnswer } from '../src/vendors/vendor-answer.ts';
import { expectedIntervals } from '../src/silence/domain/expected-intervals.ts';
import { checkDefinitions } from '../src/vendors/check-definitions.ts';
import { vendorDefinitions } from '../src/vendors/vendors.ts';
import { whoopRecovery, whoopSleep } from '../src/vendors/whoop/fixtures.ts';
import { createWatchSilence } from '../src/silence/watch-silence.ts';
import { connectTestPerson, vaultOf } from './connect-test-person.ts';
import { makePlainMessage, openSignalOutbox } from './silence-outbox.ts';

const keys = {
  LANGGRAPH_AES_KEY: `k1:${randomBytes(32).toString('base64')}`,
  BRIDGE_INDEX_KEY: randomBytes(32).toString('base64'),
};
const vendors = checkDefinitions(vendorDefinitions);
const intervals = expectedIntervals(vendors.all);
const nothing: PageAnswer = { kind: 'page', documents: [], next: undefined };

let database: TestDatabase;
let postgres: Postgres;
let vault: Vault;
let outbox: ReturnType<typeof openSignalOutbox>;
/** What the vendor lists, by data type. */
let listed: Record<string, PageAnswer>;
let asked: string[];
let fetched: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  const config = { url: database.urlFor('ingest'), max: 4, applicationName: 'test' };
  postgres = connectPostgres(config, { log: silentLog, metrics: new Registry() });
  vault = vaultOf(postgres.query, keys);
  outbox = openSignalOutbox(postgres.query, vault);
});

afterAll(async () => {
  await postgres.close();
  await database.close();
});

beforeEach(async () => {
  listed = {};
  asked = [];
  fetched = [];
  await postgres.query('delete from ingest.connections');
  await postgres.query('delete from ingest.outbox');
  await postgres.query('delete from ingest.subscriptions');
});

function parts() {
  const store = createSilenceStore({
    intervals,
    postgres,
    outbox: outbox.rows,
    outboxSeal: outbox.seal,
    toSignalMessage: createToSignalMessage(makePlainMessage),
    onSpooled: outbox.nudge,
  });
  const people = (ids: readonly string[]) => vault.byId(ids);
  const languageOf = () => Promise.resolve('de' as const);
  return { vendors, intervals, store, people, languageOf, log: silentLog, now: Date.now };
}

function watcher() {
  return createWatchSilence({
    ...parts(),
    listSince: async (_, dataType) => {
      asked.push(dataType);
      return Promise.resolve(listed[dataType] ?? nothing);
    },
    fetchHistory: async (connectionId) => void fetched.push(await Promise.resolve(connectionId)),
  });
}

/** Connected four days ago; nothing has come since. */
async function silentPerson(vendor: 'oura' | 'whoop', name: string) {
  const { connectionId, person } = await connectTestPerson(postgres.query, keys, {
    vendor,
    vendorUserId: name,
  });
  await postgres.query(
    `update ingest.connections set connected_at = now() - interval '4 days' where connection_id = $1`,
    [connectionId],
  );
  return { connectionId, person };
}

async function arrive(connectionId: string, ...dataTypes: string[]) {
  const { text, values } = arrivalsStatement(connectionId, dataTypes);
  await postgres.query(text, values);
}

async function setState(connectionId: string, state: ConnectionState) {
  await postgres.query('update ingest.connections set state = $2 where connection_id = $1', [
    connectionId,
    state,
  ]);
}

it('a strap that is not worn: reported once, resolved when something comes', async () => {
  const { connectionId, person } = await silentPerson('whoop', 'drawer');
  const watchSilence = watcher();
  await watchSilence();
  await watchSilence();
  expect(asked).toEqual(['sleep', 'recovery', 'cycle']);
  const reported = await outbox.signals();
  expect(reported).toMatchObject([
    { kind: 'silence.whoop', status: 'firing', severity: 'info', title: 'Es fehlen Daten', language: 'de' },
  ]);
  expect(reported[0]?.user_id).toBe(person.userId);
  expect(reported[0]?.evidence.rules).toEqual(
    ['sleep', 'recovery', 'cycle'].map((dataType) => `${dataType}.vendor_has_nothing`),
  );

  await arrive(connectionId, 'sleep', 'recovery');
  await watchSilence();
  expect((await outbox.signals())[1]).toMatchObject({
    alert_id: reported[0]?.alert_id,
    status: 'firing',
    evidence: { rules: ['cycle.vendor_has_nothing'] },
  });

  await arrive(connectionId, 'cycle');
  await watchSilence();
  await watchSilence();
  expect((await outbox.signals()).slice(2)).toMatchObject([
    { alert_id: reported[0]?.alert_id, status: 'resolved' },
  ]);
  expect(fetched).toEqual([]);
});

it('what never came is fetched, once', async () => {
  const { connectionId } = await silentPerson('whoop', 'missed');
  const since = new Date(Date.now() - 3_600_000).toISOString();
  listed = {
    recovery: { kind: 'page', documents: [whoopRecovery({ created_at: since })], next: undefined },
    sleep: { kind: 'page', documents: [whoopSleep()], next: undefined },
  };
  const watchSilence = watcher();
  await watchSilence();
  await watchSilence();
  expect(fetched).toEqual([connectionId]);
  const [signal] = await outbox.signals();
  expect(signal?.severity).toBe('warning');
  expect(signal?.evidence.rules).toContain('recovery.missed');
});

it('what only pulls bring is missed all the same: the notices do not reach us', async () => {
  const { connectionId } = await silentPerson('whoop', 'deaf');
  const watchSilence = watcher();
  await watchSilence();
  expect((await outbox.signals())[0]?.evidence.rules).toContain('recovery.vendor_has_nothing');

  await createMarkPulled(postgres.query).documents(connectionId, 'recovery');
  const since = new Date(Date.now() - 3_600_000).toISOString();
  listed = { recovery: { kind: 'page', documents: [whoopRecovery({ created_at: since })], next: undefined } };
  await watchSilence();
  await watchSilence();
  expect(fetched).toEqual([connectionId]);
  const [, changed, ...more] = await outbox.signals();
  expect(changed).toMatchObject({ status: 'firing', severity: 'warning' });
  expect(changed?.evidence.rules).toContain('recovery.missed');
  expect(more).toEqual([]);
});

it('a consent that is gone is known without asking', async () => {
  const { connectionId } = await silentPerson('oura', 'revoked');
  await setState(connectionId, 'needs_consent');
  await watcher()();
  expect(asked).toEqual([]);
  expect((await outbox.signals())[0]?.evidence.rules).toEqual([
    'sleep.revoked',
    'daily_sleep.revoked',
    'daily_readiness.revoked',
    'daily_activity.revoked',
    'heartrate.revoked',
  ]);
  await setState(connectionId, 'disconnected');
  await watcher()();
  expect((await outbox.signals())[1]?.status).toBe('resolved');
});

it('a subscription that is gone is reported apart', async () => {
  await silentPerson('oura', 'unsubscribed');
  await postgres.query(
    `insert into ingest.subscriptions (vendor, data_type, event_type, subscription_id, expires_at, failed_since) values
       ('oura', 'sleep', 'create', 'a', now() - interval '1 hour', null),
       ('oura', 'daily_sleep', 'update', null, null, now()),
       ('oura', 'daily_readiness', 'create', null, null, null),
       ('oura', 'daily_activity', 'delete', null, null, now())`,
  );
  await watcher()();
  expect((await outbox.signals())[0]?.evidence.rules).toEqual([
    'sleep.subscription_gone',
    'daily_sleep.subscription_gone',
    'daily_readiness.vendor_has_nothing',
    'daily_activity.vendor_has_nothing',
    'heartrate.vendor_has_nothing',
  ]);
});

it('a vendor whose budget is used up is asked at the next look', async () => {
  await silentPerson('whoop', 'limited');
  const limited: PageAnswer = { kind: 'limited', retryAfterMs: 1000 };
  listed = { sleep: limited, recovery: limited, cycle: limited };
  await watcher()();
  expect(await outbox.signals()).toEqual([]);
  listed = {};
  await watcher()();
  expect(await outbox.signals()).toHaveLength(1);
});

it('who was connected a day ago is not silent', async () => {
  await connectTestPerson(postgres.query, keys, { vendor: 'whoop', vendorUserId: 'new' });
  await watcher()();
  expect(asked).toEqual([]);
  expect(await outbox.signals()).toEqual([]);
});

it('two looks at once tell it once', async () => {
  await silentPerson('whoop', 'twice');
  const watchSilence = watcher();
  await Promise.all([watchSilence(), watchSilence()]);
  expect(await outbox.signals()).toHaveLength(1);
});

it('one that fails does not hide the others, and the job fails', async () => {
  const persons = [await silentPerson('whoop', 'one'), await silentPerson('whoop', 'two')];
  const broken = createWatchSilence({
    ...parts(),
    fetchHistory: never,
    listSince: async ({ connectionId }) => {
      if (connectionId === persons[0]?.connectionId)
        throw new CodedError('timeout', 'transient', 'is broken');
      return Promise.resolve(nothing);
    },
  });
  await expect(broken()).rejects.toThrow('is broken');
  expect((await outbox.signals()).map(({ user_id }) => user_id)).toEqual([persons[1]?.person.userId]);
});

it('is counted by vendor and cause', async () => {
  await silentPerson('whoop', 'counted');
  await watcher()();
  const metrics = new Registry();
  createIngestMetrics(metrics, vendors.all).observeSilences(() => countSilences(postgres.query));
  const text = await metrics.metrics();
  expect(text).toContain('silent_data_types{vendor="whoop",cause="vendor_has_nothing"} 3');
  expect(text).toContain('silent_data_types{vendor="oura",cause="revoked"} 0');
});

const never = () => Promise.reject(new Error('must not be called'));
