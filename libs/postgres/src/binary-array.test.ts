import { expect, it } from 'vitest';
import { byteaArray, byteaElements } from './binary-array.ts';

it('writes bytes the same whether they come as a buffer or as hex digits', () => {
  const hex = ['00ff10', '', null, 'deadbeef'.repeat(300)];
  const buffers = hex.map((one) => (one === null ? null : Buffer.from(one, 'hex')));
  expect(byteaArray(hex)).toEqual(byteaArray(buffers));
  expect(byteaArray([])).toHaveLength(12);
});

it('takes elements that are written already', () => {
  const values = ['00ff10', '', 'deadbeef'.repeat(300)];
  expect(byteaElements(byteaArray(values).subarray(20), values.length)).toEqual(byteaArray(values));
  expect(byteaElements(Buffer.alloc(0), 0)).toEqual(byteaArray([]));
});
