import { createKeyRing } from '@bridge/auth';
import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../local/wait-until.ts';
import { connectDatabase, type Database } from './database.ts';
import { logsOfStack } from './logs.ts';
import { followStream, type EventStream } from './stream.ts';
import { alertsOf, getFromEdge, newUser, system } from './system.ts';
import { connectionOf, connectTo, createVendorAccount } from './vendor-account.ts';

const database: Database = connectDatabase();
afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

const minute = 60_000;
const hour = 60 * minute;
/** WHOOP's, with the second by which ours ends later. */
const quotaWindowMs = minute + 1_000;
const wokeAt = Date.now() - hour;
const iso = (at: number) => new Date(at).toISOString();

/** A night as Oura writes it, with its RMSSD in ms. */
function ouraNight(id: string, rmssd: number) {
  return {
    id,
    day: iso(wokeAt).slice(0, 10),
    type: 'long_sleep',
    bedtime_start: iso(wokeAt - 8 * hour),
    bedtime_end: iso(wokeAt),
    time_in_bed: 28_800,
    total_sleep_duration: 25_200,
    average_heart_rate: 54,
    average_hrv: rmssd,
  };
}

/** A night as WHOOP writes it, not scored yet. */
function whoopSleep(id: string) {
  const head = { id, cycle_id: 4711, created_at: iso(wokeAt), updated_at: iso(wokeAt) };
  const span = { start: iso(wokeAt - 8 * hour), end: iso(wokeAt), timezone_offset: '+00:00' };
  return { ...head, ...span, nap: false, score_state: 'PENDING_SCORE' };
}

/** What the night did, as WHOOP says it so many minutes after waking. */
function whoopRecovery(sleepId: string, score: number, minutesLater: number) {
  return {
    cycle_id: 4711,
    sleep_id: sleepId,
    created_at: iso(wokeAt),
    updated_at: iso(wokeAt + minutesLater * minute),
    score_state: 'SCORED',
    score: { user_calibrating: false, recovery_score: score, resting_heart_rate: 57, hrv_rmssd_milli: 61.5 },
  };
}

/** The events of the stream, with what one metric of theirs says. */
function eventsOf({ frames }: EventStream, metric: string) {
  type Reading = { readonly metric: string; readonly value: number; readonly statistic?: string };
  const events = frames.filter(({ kind }) => kind === 'event').map(({ data }) => data);
  return events.map((event) => {
    const reading = (event['readings'] as Reading[]).find((one) => one.metric === metric);
    return {
      eventId: String(event['event_id']),
      type: event['event_type'],
      operation: event['operation'],
      value: reading?.value,
    };
  });
}

async function untilEvents(stream: EventStream, count: number, withinMs = 10_000): Promise<void> {
  const events = () => stream.frames.filter(({ kind }) => kind === 'event').length;
  const kinds = () => stream.frames.map(({ kind }) => kind).join(', ');
  await waitUntil(`event ${count} on the stream`, () => Promise.resolve(events() >= count), {
    withinMs,
    everyMs: 20,
  }).catch((error: unknown) => {
    throw new Error(`only ${kinds() || 'nothing'} came`, { cause: error });
  });
}

async function untilMode(userId: string, wanted: readonly string[]): Promise<void> {
  const modes = async () => (await database.transitionsOf(userId)).map(({ to_mode }) => to_mode);
  const reached = async () => (await modes()).join() === wanted.join();
  await waitUntil(`the modes ${wanted.join(', ')}`, reached, { withinMs: 10_000 }).catch(
    async (error: unknown) => {
      throw new Error(`the modes are ${(await modes()).join(', ')}`, { cause: error });
    },
  );
}

/** There is one alert, and it comes to be so. */
async function untilAlert(userId: string, status: string): Promise<void> {
  const isSo = async () => (await alertsOf(userId)).map((alert) => alert.status).join() === status;
  await waitUntil(`one alert that is ${status}`, isSo, { withinMs: 5_000 });
}

describe('a ring whose person connects to Oura', () => {
  it('is decided on from its notices, which correct a night and take it back', async () => {
    const userId = newUser();
    const account = await createVendorAccount('oura');
    expect(await connectTo(account, userId)).toMatchObject({ vendor: 'oura', state: 'active' });
    using stream = await followStream(userId);

    await account.put('daily_readiness', { id: randomUUID(), day: iso(wokeAt).slice(0, 10), score: 62 });
    const night = randomUUID();
    await account.put('sleep', ouraNight(night, 71));
    await untilEvents(stream, 2);
    await untilMode(userId, ['pattern']);
    await account.put('sleep', ouraNight(night, 24));
    await untilMode(userId, ['pattern', 'reflex']);
    await untilAlert(userId, 'firing');
    await account.remove('sleep', night);
    await untilMode(userId, ['pattern', 'reflex', 'pattern']);
    await untilAlert(userId, 'resolved');

    await untilEvents(stream, 4);
    const ofNight = eventsOf(stream, 'hrv_rmssd').filter(({ type }) => type !== 'readiness');
    expect(ofNight.map(({ type, operation, value }) => [type, operation, value])).toEqual([
      ['sleep', 'upsert', 71],
      ['sleep', 'upsert', 24],
      ['withdrawn', 'delete', undefined],
    ]);
    expect(new Set(ofNight.map(({ eventId }) => eventId)).size).toBe(3);
    expect(await database.eventCountOf(userId)).toBe(4);
    await expectRawOf(ofNight[1]?.eventId ?? '', { id: night, average_hrv: 24 });
    for (const log of logsOfStack()) {
      for (const told of [userId, account.id, night]) expect(log.includes(told)).toBe(false);
    }
  });

  it('is left alone once the person disconnects', async () => {
    const userId = newUser();
    const { connection_id } = await connectTo(await createVendorAccount('oura'), userId);
    const ended = await atConnection(connection_id, 'DELETE');
    expect(ended).toEqual([200, { connection_id, state: 'disconnected', revoked: true }]);
    expect(await connectionOf(userId)).toMatchObject({ state: 'disconnected' });
    expect((await atConnection(connection_id, 'POST', '/resync'))[0]).toBe(409);
  });
});

describe('a strap whose person connects to WHOOP', () => {
  it('is decided on by its recovery, a new score corrects it, and a resync finds what nobody told of', async () => {
    const userId = newUser();
    const account = await createVendorAccount('whoop');
    const { connection_id } = await connectTo(account, userId);
    using stream = await followStream(userId);
    const sleepId = randomUUID();
    await account.put('sleep', whoopSleep(sleepId));
    await account.put('recovery', whoopRecovery(sleepId, 31, 5));
    await untilMode(userId, ['guardian']);
    await account.put('recovery', whoopRecovery(sleepId, 68, 20));
    await untilMode(userId, ['guardian', 'pattern']);
    await untilEvents(stream, 2);

    const shown = await connectionOf(userId);
    expect(shown).toMatchObject({ connection_id, vendor: 'whoop', state: 'active', waiting_notices: 0 });
    expect(shown.last_notice_at).not.toBeNull();
    expect(shown.quota_left).toBeLessThanOrEqual(100);

    await account.put('recovery', whoopRecovery(sleepId, 71, 30), { notify: false });
    const accepted = { connection_id, status: 'accepted' };
    expect(await atConnection(connection_id, 'POST', '/resync')).toEqual([202, accepted]);
    // A resync is history: it may have to wait for the next minute of WHOOP's quota.
    await untilEvents(stream, 3, quotaWindowMs + 10_000);
    expect(eventsOf(stream, 'recovery_score').map(({ value }) => value)).toEqual([31, 68, 71]);
  });
});

/** Admins may read what a vendor sent; a key of another person does not even hear that it is there. */
async function expectRawOf(eventId: string, document: object): Promise<void> {
  const path = `/connections/events/${eventId}/raw`;
  const raw = await getFromEdge(path);
  expect([raw.status, await raw.json()]).toEqual([200, expect.objectContaining(document)]);
  const keys = createKeyRing(database);
  const { key } = await keys.createKey({ label: 'e2e', scopes: ['connections'], users: [newUser()] });
  const refused = await fetch(system.edge + path, { headers: { authorization: `Bearer ${key}` } });
  expect(refused.status).toBe(404);
}

async function atConnection(id: string, method: string, path = ''): Promise<[number, unknown]> {
  const response = await fetch(`${system.edge}/connections/${id}${path}`, {
    method,
    headers: { authorization: `Bearer ${system.masterKey}` },
  });
  return [response.status, await response.json()];
}
