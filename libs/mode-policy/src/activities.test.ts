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
    steps = withSteps(
      steps,
      source,
      { from, to: from + minute, offset: undefined, value: 10, isTotal: false },
      now,
    );
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

it('keeps intervals in one order, whatever they came in', () => {
  const count = (from: number, value: number) => ({
    from,
    to: now,
    offset: undefined,
    value,
    isTotal: false,
  });
  const put = (counts: readonly ReturnType<typeof count>[]) =>
    counts.reduce<readonly StepInterval[]>((steps, one) => withSteps(steps, one.value % 2, one, now), []);
  const counts = [count(now - minute, 10), count(now - minute, 11), count(now - 2 * minute, 12)];
  expect(put(counts)).toEqual(put(counts.toReversed()));
});
