import { expect, it } from 'vitest';
import { createHealthBatches } from './health-batch.ts';

it('counts elements that nobody knows under their names, whatever these are', () => {
  const batches = createHealthBatches(() => undefined);
  const names = ['constructor', '__proto__', 'ecg', 'ecg', 'Ada’s own'];
  for (const collection of names) batches.add({ kind: 'element', collection, raw: {} });
  expect(Object.entries(batches.counts().unknown)).toEqual([
    ['constructor', 1],
    ['__proto__', 1],
    ['ecg', 2],
    ['(name)', 1],
  ]);
});
