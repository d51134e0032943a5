import { expect, it } from 'vitest';
import { createSeenIds } from './seen-ids.ts';

it('knows a repeated id until so many newer ones came', () => {
  const seen = createSeenIds(2);
  expect(seen.add('a')).toBe(true);
  expect(seen.add('b')).toBe(true);
  expect(seen.add('a')).toBe(false);
  expect(seen.add('c')).toBe(true);
  expect(seen.add('b')).toBe(false);
  expect(seen.add('a')).toBe(true);
});
