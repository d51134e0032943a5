import { expect, it } from 'vitest';
import { withSteps } from './activities.ts';
import type { StepInterval } from './person-state.ts';

const minute = 60_000;
const now = 1_000 * minute;

/** Intervals of ten steps and a minute each, the oldest first. */
function stepsOf(sources: readonly number[]): readonly StepInterval[] {
  let steps: readonly StepInterval[] = [];
  for (const [nr, source] of sources.entries()) {
    const from = now - (sources.length - nr) * minute;
    steps = withSteps(steps, source, { from, to: from + minute, value: 10, isTotal: false, offset: 0 }, now);
  }
  return steps;
}

it('joins the two oldest intervals of one source, whatever others measured between', () => {
  const steps = stepsOf([0, 1, 1, 1, 1, 1, 1, 1, 1]);
  expect(steps).toHaveLength(8);
  expect(steps[0]).toEqual([0, now - 9 * minute, now - 8 * minute, 10]);
  expect(steps[1]).toEqual([1, now - 8 * minute, now - 6 * minute, 20]);
});

it('drops the oldest when no source has two', () => {
  const steps = stepsOf([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(steps.map(([source]) => source)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

it('keeps intervals in one order, in whatever order they come', () => {
  const [from, to] = [now - 2 * minute, now - minute];
  const more = { from, to, value: 20, isTotal: false, offset: 0 };
  const less = { ...more, value: 10 };
  const one = withSteps(withSteps([], 0, more, now), 0, less, now);
  expect(one).toEqual(withSteps(withSteps([], 0, less, now), 0, more, now));
});
