import { describe, expect, it } from 'vitest';
import { importSummarySchema } from '../generate/openapi/apple.ts';
import { appDate, healthExport } from './health-export.ts';
import { logsOfStack } from './logs.ts';
import { followStream } from './stream.ts';
import { alertsOf, newUser, postEvent } from './system.ts';

const minute = 60_000;

/** A pulse for each of the newest two minutes of one hour, as Health Auto Export posts them: an hour is one event. */
function twoPulses() {
  const now = Math.floor(Date.now() / minute);
  const newest = now % 60 === 0 ? now - 1 : now;
  const data = [newest - 1, newest].map((nr) => ({ date: appDate(nr * minute), Min: 61, Avg: 61, Max: 61 }));
  return healthExport(data);
}

describe('Health Auto Export', () => {
  it('becomes an event, and the same body again changes nothing', async () => {
    const userId = newUser();
    const path = `/webhooks/apple?user_id=${userId}`;
    using stream = await followStream(userId);
    const body = twoPulses();
    const first = await postEvent(body, { path });
    expect([first.status, importSummarySchema.parse(await first.json())]).toEqual([
      200,
      summary({ points: 2, new: 2 }),
    ]);
    const frames = await stream.until(2);
    expect(frames.map(({ kind }) => kind)).toEqual(['event', 'transition']);
    expect(frames[0]?.data).toMatchObject({ source: 'apple', readings: [{ value: 61 }, { value: 61 }] });

    const again = await postEvent(body, { path });
    expect([again.status, await again.json()]).toEqual([200, summary({ points: 2, duplicates: 2 })]);
    // What is sent after it shows that it brought nothing.
    await postEvent({ user_id: userId, event_id: 'after', heart_rate: 62 });
    const all = await stream.until(3);
    expect(all.map(({ kind, data }) => [kind, data['source']])).toEqual([
      ['event', 'apple'],
      ['transition', undefined],
      ['event', 'oura'],
    ]);
    // The user's id is in the URL, which must not be written down.
    expect(logsOfStack().filter((log) => log.includes(userId))).toEqual([]);
  });
});

function summary(counts: object) {
  return {
    points: 0,
    new: 0,
    duplicates: 0,
    corrected: 0,
    quarantined: 0,
    dropped: 0,
    unknown: {},
    ...counts,
  };
}

describe('readings by hand', () => {
  it('are converted, explained and decided on', async () => {
    const userId = newUser();
    using stream = await followStream(userId);
    const reading = { metric: 'heart_rate', value: 2.1, unit: 'Hz' };
    const refused = await postEvent({ user_id: userId, event_id: 'a', readings: [reading] }, manual);
    expect(refused.status).toBe(422);

    const cold = { metric: 'body_temperature', value: 93.2, unit: '°F', context: 'rest' };
    const answer = await postEvent({ user_id: userId, event_id: 'a', readings: [cold] }, manual);
    expect(answer.status).toBe(202);
    const understood = { unit: 'Cel', understood_as: '°F → Cel' };
    expect(await answer.json()).toMatchObject({ status: 'accepted', readings: [understood] });
    await stream.until(3);
    expect(stream.frames[0]?.data).toMatchObject({ source: 'manual', event_type: 'manual' });
    expect(await alertsOf(userId)).toMatchObject([
      { kind: 'rule.temperature', status: 'firing', severity: 'critical' },
    ]);
  });
});

const manual = { path: '/webhooks/manual' };
