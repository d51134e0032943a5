import { expect, test } from 'vitest';
import { clearedSessionCookie, readSessionCookie, sessionCookie } from './session-cookie.ts';

test('the session cookie is out of reach of scripts and other sites', () => {
  const expiresAt = new Date('2026-01-02T03:04:05Z');
  expect(sessionCookie('bbs_x', { expiresAt, secure: true })).toBe(
    'bridge_session=bbs_x; Path=/; HttpOnly; SameSite=Strict; Expires=Fri, 02 Jan 2026 03:04:05 GMT; Secure',
  );
  expect(sessionCookie('bbs_x', { expiresAt, secure: false })).not.toContain('Secure');
  expect(clearedSessionCookie()).toContain('Max-Age=0');
});

test.each([
  [undefined, undefined],
  ['', undefined],
  ['bridge_session=', undefined],
  ['xbridge_session=a', undefined],
  ['a=1; bridge_session=bbs_x; b=2', 'bbs_x'],
])('reads %o as %o', (header, token) => {
  expect(readSessionCookie(header)).toBe(token);
});
