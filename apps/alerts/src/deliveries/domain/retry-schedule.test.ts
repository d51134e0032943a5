import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxAttempts, retryDelay } from './retry-schedule.ts';

const hour = 3_600_000;

test('follows the schedule of Standard Webhooks and ends after its tenth attempt', () => {
  const delays = Array.from({ length: 10 }, (_, nr) => retryDelay(nr + 1, undefined, 0));
  const hours = [2, 5, 10, 14, 20, 24].map((count) => count * hour);
  expect(delays).toEqual([5_000, 300_000, 1_800_000, ...hours, undefined]);
  expect(maxAttempts).toBe(10);
});

test('spreads by up to a fifth, to the later side', () => {
  expect(retryDelay(1, undefined, 0.5)).toBe(5_500);
  expect(retryDelay(1, undefined, 1)).toBe(6_000);
});

test('waits for as long as the receiver asks, up to a day', () => {
  expect(retryDelay(1, 60_000, 0)).toBe(60_000);
  expect(retryDelay(4, 60_000, 0)).toBe(2 * hour);
  expect(retryDelay(1, 48 * hour, 0)).toBe(24 * hour);
  expect(retryDelay(10, 60_000, 0)).toBeUndefined();
});

test('no retry comes before its schedule or before the receiver asked for it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 0, max: 24 * hour }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, asked, random) => {
        const scheduled = retryDelay(attempt, undefined, 0) ?? Infinity;
        const delay = retryDelay(attempt, asked, random) ?? 0;
        return delay >= asked && delay >= scheduled && delay <= 24 * hour * 1.2;
      },
    ),
  );
});
