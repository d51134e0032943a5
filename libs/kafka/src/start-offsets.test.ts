import { expect, test } from 'vitest';
import { startOf } from './start-offsets.ts';

const kept = { low: 100, high: 200 };

test.each([
  ['the last ten', { back: 10 }, 190],
  ['none of the past', { back: 0 }, 200],
  ['more than is kept', { back: 1_000 }, 100],
  ['a known position', { offset: 150 }, 150],
  ['a position that is no longer kept', { offset: 5 }, 100],
  ['a position past the end', { offset: 900 }, 200],
  ['a partition that is not named', { offset: undefined }, 200],
])('starts at %s', (_what, wanted, expected) => {
  expect(startOf(kept, wanted)).toBe(expected);
});

test('starts an empty partition at its only offset', () => {
  expect(startOf({ low: 0, high: 0 }, { back: 5 })).toBe(0);
});
