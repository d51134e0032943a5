import { expect, it } from 'vitest';
import { logMoments } from './baseline.ts';

it('the standard deviation of one value is 0', () => {
  expect(logMoments([Math.E])).toEqual({ mean: 1, sd: 0 });
});
