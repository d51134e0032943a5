import { describe, expect, it } from 'vitest';
import { evaluateFigure, percentile } from './evaluate-figure.ts';

const rate = { name: 'rate', unit: 'events/s' };

describe('judge', () => {
  it('takes the median of the runs, for the value and for its floor', () => {
    const row = evaluateFigure({
      ...rate,
      runs: [9_000, 20_000, 16_000],
      floorRuns: [30_000, 40_000, 32_000],
    });
    expect(row).toMatchObject({ value: 16_000, floor: 32_000, ratio: 0.5, target: null, met: null });
  });

  it.each([
    { runs: [16_000], floorRuns: [32_000], target: { atLeast: 16_000, ratio: 0.5 }, met: true },
    { runs: [15_999], floorRuns: [20_000], target: { atLeast: 16_000, ratio: 0.5 }, met: false },
    { runs: [17_000], floorRuns: [40_000], target: { atLeast: 16_000, ratio: 0.5 }, met: false },
    { runs: [59], target: { below: 60 }, met: true },
    { runs: [60], target: { below: 60 }, met: false },
    { runs: [Number.NaN], target: { below: 60 }, met: false },
    { runs: [1], target: { ratio: 0.5 }, met: false },
  ])('says of $runs beside $floorRuns against $target: $met', ({ met, ...figure }) => {
    expect(evaluateFigure({ ...rate, ...figure }).met).toBe(met);
  });
});

describe('percentile', () => {
  it('is a value that was measured', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1)]).toEqual([50, 99, 100]);
  });

  it('is no number when nothing was measured', () => {
    expect(percentile([], 0.99)).toBeNaN();
  });
});
