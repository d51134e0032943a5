import { describe, expect, it } from 'vitest';
import { backoff } from './backoff.ts';

const bounds = { initialMs: 100, maxMs: 1_000 };

describe('backoff', () => {
  it('doubles its bound up to the greatest', () => {
    const longest = [1, 2, 3, 4, 5, 50].map((attempt) => backoff(attempt, bounds, () => 1));
    expect(longest).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  it('spreads over the upper half of the bound', () => {
    expect(backoff(1, bounds, () => 0)).toBe(50);
    expect(backoff(1, bounds, () => 0.5)).toBe(75);
  });

  it('takes an attempt below 1 as the first', () => {
    expect(backoff(0, bounds, () => 1)).toBe(100);
  });
});
