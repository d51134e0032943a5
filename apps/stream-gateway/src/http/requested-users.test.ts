import { type Principal } from '@bridge/auth';
import { describe, expect, it } from 'vitest';
import { requestedUsers } from './requested-users.ts';

const admin: Principal = {
  keyId: 'k',
  accessor: 'key:k',
  scopes: new Set(['admin']),
  users: undefined,
};
const limited: Principal = { ...admin, scopes: new Set(['stream']), users: new Set(['ada', 'bob']) };

describe('requestedUsers', () => {
  it('gives one person, several, or everyone', () => {
    expect(requestedUsers('ada', limited)).toEqual({ ok: true, users: new Set(['ada']) });
    expect(requestedUsers(['ada', 'bob'], limited)).toEqual({ ok: true, users: new Set(['ada', 'bob']) });
    expect(requestedUsers(undefined, admin)).toEqual({ ok: true, users: undefined });
  });

  it('gives a limited key all of its own persons, however many they are', () => {
    expect(requestedUsers(undefined, limited)).toEqual({ ok: true, users: new Set(['ada', 'bob']) });
    const users = new Set(Array.from({ length: 51 }, (_, index) => `u${index}`));
    expect(requestedUsers(undefined, { ...limited, users })).toEqual({ ok: true, users });
  });

  it.each([
    ['another person', 'cyd'],
    ['another person among its own', ['ada', 'cyd']],
  ])('refuses a limited key %s', (_what, parameter) => {
    expect(requestedUsers(parameter, limited)).toMatchObject({ ok: false, problem: { status: 403 } });
  });

  it.each([
    ['nobody', ''],
    ['a name that is too long', 'x'.repeat(257)],
    ['an object', { a: '1' }],
    ['a list with an object', ['ada', {}]],
    ['an empty list', []],
    ['too many', Array.from({ length: 51 }, (_, index) => `u${index}`)],
  ])('refuses %s', (_what, parameter) => {
    const answer = requestedUsers(parameter, admin);
    expect(answer).toMatchObject({ ok: false, problem: { status: 400 } });
    expect(JSON.stringify(answer)).not.toContain('xxx');
  });
});
