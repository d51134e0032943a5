import { expect, test } from 'vitest';
import { isFresh } from './token-set.ts';

const token = { accessToken: 'a' };

test('a token is renewed a minute before it ends', () => {
  expect(isFresh({ ...token, expiresAt: 61_001 }, 1_000)).toBe(true);
  expect(isFresh({ ...token, expiresAt: 61_000 }, 1_000)).toBe(false);
  expect(isFresh({ ...token, expiresAt: 0 }, 1_000)).toBe(false);
});

test('a token whose end is not known is used until the vendor refuses it', () => {
  expect(isFresh(token, Number.MAX_SAFE_INTEGER)).toBe(true);
});
