import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binOfValues, binValues, mergeBins, type Bin, type TimedValue } from './bins.ts';

const width = 300;
const exactFigures = ({ at, min, max, count }: Bin) => ({ at, min, max, count });
const binOf = (at: number) => Math.floor(at / width) * width;

describe('binValues', () => {
  it('takes least, median, greatest and count of each bin, in order of time', () => {
    const values = [
      { at: 700, value: 9 },
      { at: 10, value: 3 },
      { at: 20, value: 1 },
      { at: 299, value: 4 },
      { at: 5, value: 10 },
    ];
    expect(binValues(values, binOf)).toEqual([
      { at: 0, min: 1, median: 3.5, max: 10, count: 4 },
      { at: 600, min: 9, median: 9, max: 9, count: 1 },
    ]);
  });
});

describe('mergeBins', () => {
  const timed = fc.record({
    at: fc.integer({ min: 0, max: 5_000 }),
    value: fc.integer({ min: 20, max: 250 }),
  });
  const someValues = fc.array(timed, { minLength: 1, maxLength: 80 });
  const coarse = (at: number) => Math.floor(at / 1_000) * 1_000;
  const exact = (values: readonly TimedValue[]) => binValues(values, coarse);

  it('keeps least, greatest and count exactly, and the median between them', () => {
    fc.assert(
      fc.property(someValues, (values) => {
        const merged = mergeBins(binValues(values, binOf), coarse);
        const expected = exact(values.map(({ at, value }) => ({ at: binOf(at), value })));
        expect(merged.map(exactFigures)).toEqual(expected.map(exactFigures));
        for (const { min, median, max } of merged) {
          expect(median).toBeGreaterThanOrEqual(min);
          expect(median).toBeLessThanOrEqual(max);
        }
      }),
    );
  });

  it('is exact for bins of one value each', () => {
    fc.assert(
      fc.property(someValues, (values) => {
        const single = values.map(({ at, value }) => binOfValues(at, [value]));
        expect(mergeBins(single, coarse)).toEqual(exact(values));
      }),
    );
  });

  it('weighs a bin by its values', () => {
    const bins = [binOfValues(0, [60, 60, 60, 60, 60]), binOfValues(300, [180])];
    expect(mergeBins(bins, () => 0)).toEqual([{ at: 0, min: 60, median: 60, max: 180, count: 6 }]);
  });
});
