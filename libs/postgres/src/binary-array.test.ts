import { expect, it } from 'vitest';
import { byteaArray } from './binary-array.ts';

it('writes bytes the same whether they come as a buffer or as hex digits', () => {
  const hex = ['00ff10', '', null, 'deadbeef'.repeat(300)];
  const buffers = hex.map((one) => (one === null ? null : Buffer.from(one, 'hex')));
  expect(byteaArray(hex)).toEqual(byteaArray(buffers));
  expect(byteaArray([])).toHaveLength(12);
});
