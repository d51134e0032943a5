import { expect, it } from 'vitest';
import { createRandom } from '../population/random.ts';
import { meanWithInterval } from './bootstrap.ts';

it('is the mean, and about two standard errors to each side', () => {
  const { normal } = createRandom(3);
  const values = Array.from({ length: 400 }, () => 10 + 2 * normal());
  const { value, low, high } = meanWithInterval(values);
  expect(value).toBeCloseTo(10, 0);
  expect(high - value).toBeGreaterThan(0.15);
  expect(high - value).toBeLessThan(0.25);
  expect(value - low).toBeCloseTo(high - value, 1);
});

it('is the same each time, and a point where all are the same', () => {
  expect(meanWithInterval([1, 2, 3])).toEqual(meanWithInterval([1, 2, 3]));
  expect(meanWithInterval([1, 1, 1])).toEqual({ value: 1, low: 1, high: 1 });
});
