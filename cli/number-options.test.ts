import { expect, test } from 'vitest';
import { positiveNumber, wholeNumber } from './number-options.ts';

test('reads whole numbers of a range', () => {
  expect(['0', '7', '10'].map(wholeNumber(0, 10))).toEqual([0, 7, 10]);
  expect(wholeNumber(-100)('-100')).toBe(-100);
});

test.each(['', ' ', 'many', '1e3', '0x10', '1.5', '-1', '11', '9'.repeat(400), 'NaN', 'Infinity'])(
  'refuses %j, which is no whole number from 0 to 10',
  (text) => {
    expect(() => wholeNumber(0, 10)(text)).toThrow('It must be a whole number from 0 to 10.');
  },
);

test('reads numbers above 0', () => {
  expect(['0.5', '24'].map(positiveNumber)).toEqual([0.5, 24]);
  for (const text of ['', '0', '-1', 'many', '1e9', '.', 'Infinity']) {
    expect(() => positiveNumber(text)).toThrow('It must be a number above 0.');
  }
});
