import { expect, test } from 'vitest';
import { retryMissing } from './missing-object.ts';

test('asks again after ever longer times, two hours at most', () => {
  const minutes = [0, 1, 2, 7, 1_000].map((attempts) => {
    const verdict = retryMissing(attempts, 0);
    return verdict.kind === 'again' && verdict.inMs / 60_000;
  });
  expect(minutes).toEqual([1, 2, 4, 120, 120]);
});

test('gives up after a day', () => {
  expect(retryMissing(3, 86_399_999).kind).toBe('again');
  expect(retryMissing(3, 86_400_000)).toEqual({ kind: 'give_up' });
});
