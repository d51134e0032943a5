import { expect, it } from 'vitest';
import { splitCsv } from './split-csv.ts';

it.each([
  ['a,b,c', ['a', 'b', 'c']],
  ['a,,', ['a', '', '']],
  ['"a,b",c', ['a,b', 'c']],
  ['"a ""b""",c', ['a "b"', 'c']],
  ['"",x', ['', 'x']],
  ['a,"b"', ['a', 'b']],
])('%s', (line, fields) => {
  expect(splitCsv(line)).toEqual(fields);
});

it.each(['"a', 'a,"b', '"a"b,c', 'a"b",c'])('%s is no line of CSV', (line) => {
  expect(splitCsv(line)).toBeUndefined();
});
