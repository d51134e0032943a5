import { expect, it } from 'vitest';
import { arrayHeadBytes, byteaArray, byteaElements } from './binary-array.ts';

it('writes bytes the same whether they come as a buffer or as hex digits', () => {
  const hex = ['00ff10', '', null, 'deadbeef'.repeat(300)];
  const buffers = hex.map((one) => (one === null ? null : Buffer.from(one, 'hex')));
  expect(byteaArray(hex)).toEqual(byteaArray(buffers));
  expect(byteaArray([])).toHaveLength(12);
});

it('takes elements that are written already', () => {
  const values = ['00ff10', '', 'deadbeef'.repeat(300)];
  const elements = Buffer.from(byteaArray(values)).fill(0xff, 0, arrayHeadBytes);
  expect(byteaElements(elements, values.length)).toEqual(byteaArray(values));
  expect(byteaElements(Buffer.alloc(arrayHeadBytes), 0)).toEqual(byteaArray([]));
});
