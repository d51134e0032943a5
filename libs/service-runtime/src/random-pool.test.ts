import { expect, it } from 'vitest';
import { createRandomPool } from './random-pool.ts';

it('gives as many bytes as asked for, also more than a page has', () => {
  const random = createRandomPool(64);
  expect([16, 8, 60, 200].map((size) => random(size).length)).toEqual([16, 8, 60, 200]);
});

it('gives no bytes twice, and leaves what it gave as it was', () => {
  const random = createRandomPool(64);
  const given = Array.from({ length: 1_000 }, () => random(16));
  const before = given.map((one) => one.toString('hex'));
  random(64);
  expect(given.map((one) => one.toString('hex'))).toEqual(before);
  expect(new Set(before).size).toBe(1_000);
});
