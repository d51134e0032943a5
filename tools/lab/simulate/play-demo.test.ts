import { flatBodyToEvent } from '@bridge/contracts';
import { expect, it } from 'vitest';
import { people } from './people.ts';
import { dayEvents, pastEvents, type ScheduledEvent } from './play-demo.ts';
import { toFlatBody } from './wire/to-flat-body.ts';

const startedAt = Date.parse('2026-11-20T14:10:00Z');
const play = { seed: 1, startedAt, dayMinutes: 24 };
const minutes = 60_000;

function accepted({ event, due }: ScheduledEvent) {
  const { source } = event;
  const outcome = flatBodyToEvent(toFlatBody(event), { source, raw: Buffer.from('{}'), arrivalMs: due });
  if (outcome.kind !== 'ok') throw new Error(JSON.stringify(outcome));
  return outcome.value;
}

it('the past holds the nights of two weeks with their true dates', () => {
  const past = pastEvents(play).map(accepted);
  const nights = past.filter(({ readings }) => readings.some(({ metric }) => metric === 'hrv_rmssd'));
  expect(new Set(nights.map(({ user_id }) => user_id))).toEqual(
    new Set(['ada', 'ben', 'cleo', 'dara', 'finn']),
  );
  const days = new Set(past.map(({ timestamp }) => timestamp.slice(0, 10)));
  expect(days.size).toBeGreaterThan(13);
  expect(past.every(({ timestamp }) => Date.parse(timestamp) < Date.parse('2026-11-20T00:00Z'))).toBe(true);
});

it('the past of the next start is the same objects with the same content', () => {
  const [first, second] = [0, 90 * minutes].map((later) =>
    pastEvents({ seed: 1, startedAt: startedAt + later }),
  );
  expect(second?.map(({ event }) => event)).toEqual(first?.map(({ event }) => event));
});

it.each([0, 1, 4])('day %i: about two events per second, in order, measured in the recent past', (nth) => {
  const posts = dayEvents(play, nth);
  const perSecond = posts.length / (24 * 60);
  expect(perSecond).toBeGreaterThan(1);
  expect(perSecond).toBeLessThan(2.5);
  for (const [nr, post] of posts.entries()) {
    const ageMs = post.due - Date.parse(accepted(post).timestamp);
    expect(ageMs).toBeGreaterThanOrEqual(0);
    expect(ageMs).toBeLessThan(24 * minutes);
    expect(post.due).toBeGreaterThanOrEqual(posts[nr - 1]?.due ?? startedAt);
  }
  const [first, last] = [posts[0], posts.at(-1)].map((post) => ((post?.due ?? 0) - startedAt) / minutes);
  expect(first).toBeGreaterThanOrEqual(nth * 24);
  expect(last).toBeLessThan((nth + 1) * 24);
});

it('everybody is heard of, and every object is new with each start', () => {
  const [now, later] = [startedAt, startedAt + 1].map((at) =>
    dayEvents({ ...play, startedAt: at }, 0).map(
      ({ event: { userId, objectId, version } }) => `${userId} ${objectId} ${version}`,
    ),
  );
  expect(new Set(now).size).toBe(now?.length);
  expect(now?.filter((key) => later?.includes(key))).toEqual([]);
  expect(new Set(now?.map((key) => key.split(' ')[0]))).toEqual(new Set(people.map(({ userId }) => userId)));
});

it('something acute happens within the first five minutes', () => {
  const early = dayEvents(play, 0).filter(({ due }) => due < startedAt + 5 * minutes);
  const values = (userId: string, metric: string) =>
    early
      .filter(({ event }) => event.userId === userId)
      .flatMap(({ event }) => event.readings.filter((reading) => reading.metric === metric))
      .map(({ value }) => value);
  expect(Math.max(...values('cleo', 'stress_level'))).toBeGreaterThan(0.85);
  expect(Math.min(...values('finn', 'recovery_score'))).toBeLessThan(34);
});

it('a played night is as long as a night, and ends in the present', () => {
  const nights = dayEvents(play, 0).flatMap(({ event, due }) =>
    event.readings.filter(({ metric }) => metric === 'time_in_bed').map((reading) => ({ ...reading, due })),
  );
  expect(nights.length).toBeGreaterThan(2);
  for (const { start = 0, end = 0, value, due } of nights) {
    expect((end - start) / 1000).toBeCloseTo(value, -1);
    expect(due - end).toBeLessThan(24 * minutes);
    expect(due).toBeGreaterThanOrEqual(end);
  }
});
