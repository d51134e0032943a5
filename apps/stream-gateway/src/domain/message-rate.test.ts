import { expect, test } from 'vitest';
import { ratePerMinute, withSample, type RateSample } from './message-rate.ts';

const after = (...samples: RateSample[]) => samples.reduce<readonly RateSample[]>(withSample, []);

test('the rate is that from the oldest sample to the newest', () => {
  expect(
    ratePerMinute(after({ at: 0, total: 100 }, { at: 30_000, total: 130 }, { at: 60_000, total: 220 })),
  ).toBe(120);
});

test('samples that lie too close give none, and old ones do not count', () => {
  expect(ratePerMinute([])).toBeUndefined();
  expect(ratePerMinute(after({ at: 0, total: 1 }, { at: 4_999, total: 9 }))).toBeUndefined();
  expect(after({ at: 0, total: 1 }, { at: 300_001, total: 9 })).toHaveLength(1);
});

test('a position that was reset gives 0', () => {
  expect(ratePerMinute(after({ at: 0, total: 900 }, { at: 60_000, total: 0 }))).toBe(0);
});
