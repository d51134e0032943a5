import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addToSketch, emptySketch, medianOf, medianOfSketch, sketchOf } from './day-sketch.ts';
import { decodeValue, encodeValue, withDayBack, withNewest } from './day-values.ts';
import { readVarints, symbol, symbolAt, symbolCount, varint } from './symbols.ts';

const value = fc.double({ min: 1, max: 300, noNaN: true });

describe('the sketch of a day', () => {
  it('has no median while it is empty', () => {
    expect(medianOfSketch(emptySketch)).toBeUndefined();
    expect(medianOf([])).toBeNaN();
  });

  it('is exact for a few values with one decimal', () => {
    expect(medianOfSketch(sketchOf([52.3]))).toBe(52.3);
    expect(medianOfSketch(sketchOf([40, 41, 50.5, 60]))).toBe(45.75);
  });

  it('gives the median within 2 %, however many values there are and in whatever order', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 400 }), (values) => {
        const exact = medianOf(values);
        expect(Math.abs((medianOfSketch(sketchOf(values)) ?? 0) - exact)).toBeLessThanOrEqual(0.02 * exact);
      }),
    );
  });

  it('does not grow with the number of values, only with their range', () => {
    let sketch = emptySketch;
    for (let one = 0; one < 20_000; one += 1) sketch = addToSketch(sketch, 45 + (one % 30));
    expect(sketch.length).toBeLessThan(70);
    expect(Math.abs((medianOfSketch(sketch) ?? 0) - 59.5)).toBeLessThan(1.2);
  });

  it('is the same in whatever order counted values arrive', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 11, maxLength: 40 }), (values) => {
        expect(sketchOf(values.toReversed())).toBe(sketchOf(values));
      }),
    );
  });
});

describe('the value of a day', () => {
  it('is restored within 0.5 %, and exactly with one decimal', () => {
    fc.assert(
      fc.property(value, (given) => {
        expect(Math.abs(decodeValue(encodeValue(given), 0) - given)).toBeLessThanOrEqual(0.005 * given);
      }),
    );
    for (const given of [1, 19.9, 20, 20.1, 52.3, 300])
      expect(decodeValue(encodeValue(given), 0)).toBe(given);
  });

  it('stays within its bounds', () => {
    expect(decodeValue(encodeValue(-1), 0)).toBe(0);
    expect(decodeValue(encodeValue(1e6), 0)).toBe(400);
  });

  it('is appended to the others; the oldest are dropped', () => {
    const three = [50, 60, 70].reduce((days, one) => withNewest(days, one, 0, 3), '');
    expect([0, 1, 2].map((at) => decodeValue(three, at))).toEqual([50, 60, 70]);
    const later = withNewest(three, undefined, 1, 3);
    expect([0, 1, 2].map((at) => decodeValue(later, at))).toEqual([70, NaN, NaN]);
    expect(withNewest(three, 80, 3, 3)).toBe('');
  });

  it('can be added where none was, and removed', () => {
    const days = withDayBack(withNewest('', 50, 0, 9), 3, 40);
    expect([0, 1, 2].map((at) => decodeValue(days, at))).toEqual([40, NaN, 50]);
    expect(decodeValue(withDayBack(days, 1, undefined), 2)).toBeNaN();
  });
});

describe('symbols', () => {
  it('stand for numbers and need no escape in JSON', () => {
    for (let one = 0; one < symbolCount; one += 1) {
      expect(symbolAt(symbol(one), 0)).toBe(one);
      expect(JSON.stringify(symbol(one))).toHaveLength(3);
    }
  });

  it('encode numbers of any size, one after the other', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 1_000_000 })), (numbers) => {
        expect(readVarints(`x${numbers.map(varint).join('')}`, 1)).toEqual(numbers);
      }),
    );
  });
});
