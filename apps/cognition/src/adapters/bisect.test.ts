import { CodedError } from '@bridge/core';
import { expect, it } from 'vitest';
import { bisect } from './bisect.ts';

const bad = new CodedError('person_missing', 'permanent', 'one of these is bad');

/** Works on `count` items of which some are bad; what became of them. */
async function run(count: number, isBad: (item: number) => boolean, fault = bad) {
  const done: number[] = [];
  const givenUp: number[] = [];
  const result = await bisect(
    Array.from({ length: count }, (_, item) => item),
    bad,
    {
      work: (items) => {
        if (items.some(isBad)) return Promise.reject(fault);
        done.push(...items);
        return Promise.resolve(items.length);
      },
      giveUp: (item) => Promise.resolve(void givenUp.push(item)),
    },
  );
  return { result, done, givenUp };
}

it.each([
  ['the only one', 1, [0]],
  ['one of two', 2, [1]],
  ['one of many', 200, [0]],
  ['several', 7, [0, 3, 6]],
  ['all', 3, [0, 1, 2]],
])('gives up who is bad and works on everybody else, in order: %s', async (_name, count, badOnes) => {
  const { result, done, givenUp } = await run(count, (item) => badOnes.includes(item));
  expect(givenUp).toEqual(badOnes);
  expect(done).toEqual(
    Array.from({ length: count }, (_, item) => item).filter((item) => !badOnes.includes(item)),
  );
  expect(result).toBe(count - badOnes.length);
});

it('gives nobody up for an error that passes', async () => {
  const away = new CodedError('timeout', 'transient', 'no database');
  await expect(run(4, (item) => item === 2, away)).rejects.toBe(away);
});
