import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pausedUntil, negated, dueAt, newestFirst, unansweredUntil } from './queue-position.ts';

const nowMs = Date.parse('2026-11-20T12:00:00Z');
const received = fc.integer({ min: Date.UTC(2025, 1, 1), max: Date.UTC(2090, 0, 1) });

test('the newest is first, to the millisecond', () => {
  fc.assert(
    fc.property(received, fc.integer({ min: 1, max: 86_400_000 }), (receivedMs, youngerMs) => {
      const [older, newer] = [newestFirst(receivedMs), newestFirst(receivedMs + youngerMs)];
      expect(newer.priority).toBe(older.priority);
      expect(newer.runAtMs).toBeLessThan(older.runAtMs);
      expect(negated(older.runAtMs)).toBe(receivedMs);
    }),
  );
});

test('a queue position has always passed', () => {
  fc.assert(fc.property(received, (receivedMs) => newestFirst(receivedMs).runAtMs < receivedMs));
});

test('scheduled jobs run before queued ones, and both before the default', () => {
  const waiting = newestFirst(nowMs);
  for (const timed of [dueAt(nowMs), unansweredUntil(nowMs)]) {
    expect(timed).toMatchObject({ runAtMs: nowMs });
    expect(timed.priority).toBeLessThan(waiting.priority);
  }
  expect(waiting.priority).toBeLessThan(0);
});

test('what is held stays a little longer, for whoever releases it', () => {
  expect(pausedUntil(nowMs).runAtMs).toBeGreaterThan(nowMs);
  expect(pausedUntil(nowMs).priority).toBe(newestFirst(nowMs).priority);
});
