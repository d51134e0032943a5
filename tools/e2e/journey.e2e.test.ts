import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../local/wait-until.ts';
import { connectBroker, type Broker } from './broker.ts';
import { connectDatabase, type Database } from './database.ts';
import { followStream, type Frame } from './stream.ts';
import { acceptedEvent, alertsOf, newUser, postEvent } from './system.ts';

let broker: Broker;
const database: Database = connectDatabase();

beforeAll(async () => {
  broker = await connectBroker();
  // The first event of a fresh stack also warms up what every later one finds ready.
  await acceptedEvent({ user_id: newUser(), event_id: 'warm-up', hrv_rmssd: 60 });
});
afterAll(async () => {
  await broker[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** The body of the guides' curl command, for a person of this test. */
function guideBody(userId: string) {
  return { user_id: userId, event_id: 'evt_123', hrv_rmssd: 25, readiness_score: 65, sleep_score: 80 };
}

/** The message of the guide's Python producer; its time has no offset. */
function guideMessage(userId: string, metrics: Record<string, number>) {
  const timestamp = new Date().toISOString().replace('Z', '000');
  return { user_id: userId, device_id: 'oura_ring_456', event_type: 'heart_rate', timestamp, metrics };
}

/** In the order of the alphabet: topics are read independently of each other. */
const kindsOf = (frames: readonly Frame[]) => frames.map(({ kind }) => kind).sort();

const transitionsOf = (userId: string) => broker.transitions.filter(({ user_id }) => user_id === userId);
const within = (withinMs: number) => ({ withinMs, everyMs: 10 });

describe("the guides' Oura body", () => {
  it('becomes a switch to reflex, an alert, an insight and four frames, all within a second', async () => {
    const userId = newUser();
    using stream = await followStream(userId);
    const start = performance.now();
    const eventId = await acceptedEvent(guideBody(userId));
    expect(eventId).toMatch(/^[0-9a-f]{32}$/);

    const frames = await stream.until(4);
    await waitUntil('the transition', () => Promise.resolve(transitionsOf(userId).length > 0), within(1000));
    await waitUntil('the alert', async () => (await alertsOf(userId)).length > 0, within(1000));
    expect(performance.now() - start).toBeLessThan(1000);

    expect(kindsOf(frames)).toEqual(['alert', 'event', 'insight', 'transition']);
    expect(frames[0]?.data).toMatchObject({ event_id: eventId, user_id: userId, source: 'oura' });
    expect(transitionsOf(userId)).toEqual([
      expect.objectContaining({ from: null, to: 'reflex', confidence: 0.85, cause: { event_id: eventId } }),
    ]);
    expect(await database.transitionsOf(userId)).toEqual([{ seq: 1, from_mode: null, to_mode: 'reflex' }]);
    expect(await alertsOf(userId)).toEqual([
      expect.objectContaining({
        kind: 'rule.stress_overload',
        status: 'firing',
        severity: 'info',
        summary: expect.stringMatching(/\b25 ms\b.*\b65\b/) as string,
        advice: expect.any(String) as string,
      }),
    ]);
  });

  it('changes nothing when it comes again', async () => {
    const userId = newUser();
    using stream = await followStream(userId);
    const first = await acceptedEvent(guideBody(userId));
    await stream.until(4);
    expect(await acceptedEvent(guideBody(userId))).toBe(first);
    // What is sent after it shows when it has been dealt with.
    await acceptedEvent({ user_id: userId, event_id: 'evt_124', heart_rate: 72 });
    const frames = await stream.until(5);
    expect(kindsOf(frames)).toEqual(['alert', 'event', 'event', 'insight', 'transition']);
    await waitUntil('both events', async () => (await database.eventCountOf(userId)) === 2, within(2000));
    expect(await database.transitionsOf(userId)).toHaveLength(1);
    expect(transitionsOf(userId)).toHaveLength(1);
    expect(await alertsOf(userId)).toHaveLength(1);
  });

  it("is read without a content type of its own, as the guides' other curl sends it", async () => {
    const response = await postEvent(guideBody(newUser()), { type: 'application/x-www-form-urlencoded' });
    expect(response.status).toBe(202);
  });

  it('raises one alert that resolves when the body recovers', async () => {
    const userId = newUser();
    using stream = await followStream(userId);
    await acceptedEvent(guideBody(userId));
    await stream.until(4);
    await acceptedEvent({ user_id: userId, event_id: 'evt_125', hrv_rmssd: 60, readiness_score: 85 });
    await waitUntil(
      'the end',
      async () => (await alertsOf(userId))[0]?.status === 'resolved',
      within(10_000),
    );
    expect(await alertsOf(userId)).toMatchObject([{ reason: 'recovered' }]);
    // The rules of the test stack have a minimum stay of two seconds; a tick ends the mode.
    const modes = async () => (await database.transitionsOf(userId)).map(({ to_mode }) => to_mode).join();
    await waitUntil('the mode to end', async () => (await modes()) === 'reflex,pattern', within(10_000));
  });
});

describe("a partner's plain JSON", () => {
  it('gives an event, an insight and the transition to pattern', async () => {
    const userId = newUser();
    using stream = await followStream(userId);
    await broker.produce(guideMessage(userId, { hrv: 45, heart_rate: 72, stress_level: 0.7 }));
    const frames = await stream.until(3);
    expect(kindsOf(frames)).toEqual(['event', 'insight', 'transition']);
    expect(await database.transitionsOf(userId)).toEqual([{ seq: 1, from_mode: null, to_mode: 'pattern' }]);
    expect(await alertsOf(userId)).toEqual([]);
  });

  it('gives an alert too when the numbers say stress', async () => {
    const userId = newUser();
    using stream = await followStream(userId);
    await broker.produce(guideMessage(userId, { hrv: 25, readiness: 65 }));
    const frames = await stream.until(4);
    expect(kindsOf(frames)).toEqual(['alert', 'event', 'insight', 'transition']);
    expect(await alertsOf(userId)).toMatchObject([{ kind: 'rule.stress_overload', severity: 'info' }]);
    expect(await database.transitionsOf(userId)).toEqual([{ seq: 1, from_mode: null, to_mode: 'reflex' }]);
  });

  it('cannot pass itself off as a vendor', async () => {
    const userId = newUser();
    using stream = await followStream(userId);
    await broker.produce({ ...guideMessage(userId, { hrv: 25, readiness: 65 }), source: 'oura' });
    await broker.produce(guideMessage(userId, { heart_rate: 60 }));
    const frames = await stream.until(2);
    expect(frames.map(({ data }) => data['source'] ?? data['to'])).toEqual(['partner', 'pattern']);
  });
});
