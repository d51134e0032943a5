import { expect, test } from 'vitest';
import { endsAt, isFresh } from './token-set.ts';

const token = { accessToken: 'a', refreshToken: 'r' };

test('a token is renewed a minute before it ends', () => {
  expect(isFresh({ ...token, expiresAt: 61_001 }, 1_000)).toBe(true);
  expect(isFresh({ ...token, expiresAt: 61_000 }, 1_000)).toBe(false);
  expect(isFresh({ ...token, expiresAt: 0 }, 1_000)).toBe(false);
});

test('a token whose end is not known is used until the vendor refuses it', () => {
  expect(isFresh(token, Number.MAX_SAFE_INTEGER)).toBe(true);
});

test('a token that cannot be renewed is used to its end, and ends the consent', () => {
  const last = { accessToken: 'a', expiresAt: 61_000 };
  expect([isFresh(last, 60_999), isFresh(last, 61_000)]).toEqual([true, false]);
  expect(endsAt(last)).toEqual(new Date(61_000));
  expect([endsAt({ ...last, refreshToken: 'r' }), endsAt({ accessToken: 'a' })]).toEqual([null, null]);
});
