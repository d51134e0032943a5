import { expect, it } from 'vitest';
import { createCopies } from './copies.ts';

const at = (partition: number, position: number) => ({ topic: 0, partition, position });

it('tells the first copy of an id from later ones', () => {
  const copies = createCopies(10);
  expect([copies.add('a', at(0, 1)), copies.add('a', at(1, 1)), copies.add('b', at(0, 2))]).toEqual([
    true,
    false,
    true,
  ]);
});

it('covers an id whose copy lies below the vector, whichever was read first', () => {
  const copies = createCopies(10);
  copies.add('a', at(0, 7));
  expect(copies.isCovered('a', [[7, 0]])).toBe(false);
  copies.add('a', at(1, 3));
  expect(copies.isCovered('a', [[0, 3]])).toBe(false);
  expect(copies.isCovered('a', [[0, 4]])).toBe(true);
  expect(copies.isCovered('unknown', [[9, 9]])).toBe(false);
});

it('forgets the oldest id beyond the limit', () => {
  const copies = createCopies(2);
  for (const id of ['a', 'b', 'c']) copies.add(id, at(0, 0));
  expect(copies.add('a', at(0, 5))).toBe(true);
  expect(copies.add('c', at(0, 6))).toBe(false);
});
