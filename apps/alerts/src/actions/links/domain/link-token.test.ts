import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linkKey, linkToken, verifyLinkToken } from './link-token.ts';

const key = linkKey('a master key of a test');
const linkIds = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((id) => Buffer.from(id).toString('hex'));

test('a token carries its link and fits an address', () => {
  fc.assert(
    fc.property(linkIds, (linkId) => {
      const token = linkToken(key, linkId);
      expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(verifyLinkToken(key, token)).toBe(linkId);
      expect(verifyLinkToken(linkKey('another master key'), token)).toBeUndefined();
    }),
  );
});

test('a token with any bit changed is refused', () => {
  const flips = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(linkIds, flips, (linkId, bit) => {
      const bytes = Buffer.from(linkToken(key, linkId), 'base64url');
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(verifyLinkToken(key, bytes.toString('base64url'))).toBeUndefined();
    }),
  );
});

test.each(['', 'x', 'a'.repeat(43), 'a'.repeat(44), `${'a'.repeat(42)}=`, `${'a'.repeat(42)}\u00e9`])(
  'refuses %o',
  (token) => {
    expect(verifyLinkToken(key, token)).toBeUndefined();
  },
);
