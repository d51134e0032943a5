import { expect, test } from 'vitest';
import { countDeadLetters } from './dead-letter-counts.ts';

test('counts by reason and field, the most frequent first, with the newest of each', () => {
  const letter = (offset: number, reason: string, field: string | undefined, at: number) => ({
    offset,
    reason,
    field,
    at,
  });
  expect(
    countDeadLetters([
      letter(0, 'invalid', 'timestamp', 10),
      letter(1, 'unreadable', undefined, 20),
      letter(2, 'invalid', 'timestamp', 5),
      letter(3, 'invalid', 'user_id', 30),
    ]),
  ).toEqual([
    { reason: 'invalid', field: 'timestamp', count: 2, newestAt: 10 },
    { reason: 'invalid', field: 'user_id', count: 1, newestAt: 30 },
    { reason: 'unreadable', field: undefined, count: 1, newestAt: 20 },
  ]);
  expect(countDeadLetters([])).toEqual([]);
});
