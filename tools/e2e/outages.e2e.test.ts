import { createKeyRing } from '@bridge/auth';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../local/wait-until.ts';
import { connectDatabase, type Database } from './database.ts';
import { followStream } from './stream.ts';
import {
  acceptedEvent,
  alertsOf,
  askService,
  control,
  getFromEdge,
  isReady,
  newUser,
  pidOf,
  postEvent,
  serviceNames,
  system,
  type ServiceName,
} from './system.ts';

const database: Database = connectDatabase();
const backToNormalMs = 30_000;
const takenOverMs = 15_000;

const servers = ['postgres', 'kafka', 'redis'];
const everyMs = 100;

async function everyServiceReady(withinMs = backToNormalMs): Promise<void> {
  const ready = async () => (await Promise.all(serviceNames.map(isReady))).every(Boolean);
  await waitUntil('every service', ready, { withinMs, everyMs });
}

async function untilReady(service: ServiceName, wanted: boolean, withinMs = 10_000): Promise<void> {
  const what = `${service} ${wanted ? 'ready' : 'not ready'}`;
  await waitUntil(what, async () => (await isReady(service)) === wanted, { withinMs, everyMs });
}

async function healthOf(service: ServiceName): Promise<{ status: number; state: string; ms: number }> {
  const start = performance.now();
  const { status, body } = await askService(service, '/health');
  return { status, state: (JSON.parse(body) as { status: string }).status, ms: performance.now() - start };
}

async function untilHealth(service: ServiceName, wanted: string): Promise<void> {
  const shown = async () => (await healthOf(service)).state === wanted;
  await waitUntil(`${service} ${wanted}`, shown, { withinMs: 10_000, everyMs });
}

const stressed = (userId: string) => ({
  user_id: userId,
  event_id: 'evt',
  hrv_rmssd: 25,
  readiness_score: 65,
});

/** Sends a stressed body and returns what waits for its alert, the end of the whole way. */
async function sendStressed(key = system.masterKey): Promise<(withinMs: number) => Promise<void>> {
  const userId = newUser();
  expect((await postEvent(stressed(userId), { key })).status).toBe(202);
  return async (withinMs) => {
    const decided = async () => (await alertsOf(userId)).length > 0;
    await waitUntil('the alert', decided, { withinMs, everyMs });
    expect(await database.transitionsOf(userId)).toEqual([{ seq: 1, from_mode: null, to_mode: 'reflex' }]);
  };
}

beforeAll(() => everyServiceReady());
afterEach(async () => {
  for (const server of servers) await control(server, 'start');
  await everyServiceReady();
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

describe('a service that is killed', () => {
  it('cognition: what came meanwhile is decided on once, within the time of a takeover', async () => {
    const before = await pidOf('cognition');
    await control('cognition', 'kill');
    const arrives = await sendStressed();
    await arrives(takenOverMs);
    expect(await pidOf('cognition')).not.toBe(before);
  });

  it('alerts: a signal that came meanwhile becomes an alert', async () => {
    await control('alerts', 'kill');
    const userId = newUser();
    await acceptedEvent(stressed(userId));
    const shown = async () => (await alertsOf(userId).catch(() => [])).length === 1;
    await waitUntil('the alert', shown, { withinMs: takenOverMs, everyMs });
  });

  it('webhook-ingest: the edge answers 503 with Retry-After, and its successor takes events', async () => {
    await control('webhook-ingest', 'stop');
    const refused = await postEvent(stressed(newUser()));
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await control('webhook-ingest', 'start');
    await (
      await sendStressed()
    )(5000);
  });

  it('stream-gateway: followers come back by themselves and get what is sent from then on', async () => {
    const userId = newUser();
    using stream = await followStream(userId);
    await acceptedEvent({ user_id: userId, event_id: 'first', hrv_rmssd: 60 });
    await stream.until(2);
    await control('stream-gateway', 'kill');
    await untilReady('stream-gateway', false);
    await untilReady('stream-gateway', true, takenOverMs);
    await acceptedEvent({ user_id: userId, event_id: 'second', heart_rate: 70 });
    const latest = () =>
      Promise.resolve(stream.frames.at(-1)?.data['readings'] !== undefined && stream.frames.length >= 3);
    await waitUntil('the second event', latest, { withinMs: backToNormalMs, everyMs });
    const ids = stream.frames.filter(({ kind }) => kind === 'event').map(({ data }) => data['event_id']);
    expect(new Set(ids).size).toBe(2);
  });
});

describe('without Redis', () => {
  it('cognition is degraded and ready, and decides on; then it is healthy again', async () => {
    await control('redis', 'stop');
    await untilHealth('cognition', 'degraded');
    const { status, ms } = await healthOf('cognition');
    expect(status).toBe(200);
    expect(ms).toBeLessThan(1000);
    expect(await isReady('cognition')).toBe(true);
    await (
      await sendStressed()
    )(5000);
    await control('redis', 'start');
    await untilHealth('cognition', 'healthy');
  });
});

describe('without Kafka', () => {
  it('ingest is degraded, ready and accepts; the others are not ready; afterwards nothing is missing', async () => {
    await control('kafka', 'stop');
    await untilHealth('webhook-ingest', 'degraded');
    expect(await isReady('webhook-ingest')).toBe(true);
    const arrives = await sendStressed();
    await untilReady('cognition', false);
    await untilReady('alerts', false);
    await untilReady('stream-gateway', false);
    for (const service of serviceNames) expect((await askService(service, '/live')).status).toBe(200);
    await control('kafka', 'start');
    await arrives(backToNormalMs);
    await everyServiceReady();
    await untilHealth('webhook-ingest', 'healthy');
  });
});

describe('without PostgreSQL', () => {
  it('ingest takes flat bodies under a known key, the others answer 503; afterwards all is decided on', async () => {
    // Not the master key, which no database has to confirm.
    const { key } = await createKeyRing(database).createKey({ label: 'e2e outage', scopes: ['ingest'] });
    const before = { user_id: newUser(), event_id: 'so the key is known', hrv_rmssd: 60 };
    expect((await postEvent(before, { key })).status).toBe(202);
    await control('postgres', 'stop');
    await untilReady('cognition', false);
    expect(await isReady('webhook-ingest')).toBe(true);
    const arrives = await sendStressed(key);
    const listing = await getFromEdge('/alerts');
    expect(listing.status).toBe(503);
    expect(Number(listing.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await postEvent(stressed(newUser()), { key: 'nobody knows this key' })).status).not.toBe(202);
    for (const service of serviceNames) expect((await askService(service, '/live')).status).toBe(200);
    await control('postgres', 'start');
    await arrives(backToNormalMs);
    await everyServiceReady();
    expect((await fetch(`${system.edge}/health`)).status).toBe(200);
  });
});
