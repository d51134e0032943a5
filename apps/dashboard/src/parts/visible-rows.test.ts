import { expect, test } from 'vitest';
import { visibleRows } from './visible-rows.ts';

const list = { rows: 10_000, rowHeight: 50, around: 5 };

test('rows in view and a few around them are in the document', () => {
  expect(visibleRows({ top: 0, height: 500 }, list)).toEqual({ first: 0, end: 15 });
  expect(visibleRows({ top: 5_000, height: 500 }, list)).toEqual({ first: 95, end: 115 });
});

test('the ends of the list are its ends, wherever the page stands', () => {
  expect(visibleRows({ top: 499_900, height: 500 }, list).end).toBe(10_000);
  expect(visibleRows({ top: 9_999_999, height: 500 }, { ...list, rows: 3 })).toEqual({ first: 0, end: 3 });
  expect(visibleRows({ top: 0, height: 500 }, { ...list, rows: 0 })).toEqual({ first: 0, end: 0 });
});
