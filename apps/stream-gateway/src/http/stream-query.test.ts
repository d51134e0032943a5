import { type Principal } from '@bridge/auth';
import { describe, expect, it } from 'vitest';
import { readStreamQuery } from './stream-query.ts';

const admin: Principal = {
  keyId: 'master',
  accessor: 'key:master',
  scopes: new Set(['admin']),
  users: undefined,
};
const limited: Principal = {
  keyId: 'k',
  accessor: 'key:k',
  scopes: new Set(['stream']),
  users: new Set(['ada', 'bob']),
};

const usersOf = (query: object, principal: Principal) => {
  const request = readStreamQuery(query, principal);
  return request.ok ? request.filter.users : request.problem.status;
};

describe('the query of a stream', () => {
  it('gives one person, several, or everyone', () => {
    expect(usersOf({ user_id: 'ada' }, limited)).toEqual(new Set(['ada']));
    expect(usersOf({ user_id: ['ada', 'bob'] }, limited)).toEqual(new Set(['ada', 'bob']));
    expect(usersOf({}, admin)).toBeUndefined();
  });

  it('gives a limited key all of its own persons, however many they are', () => {
    const users = new Set(Array.from({ length: 51 }, (_, index) => `u${index}`));
    expect(usersOf({}, limited)).toEqual(new Set(['ada', 'bob']));
    expect(usersOf({}, { ...limited, users })).toEqual(users);
  });

  it('reads kinds, modes and the least severity', () => {
    const query = {
      kind: ['alert', 'transition'],
      mode: 'reflex',
      severity: 'warning',
      last_event_id: 'v1-0.1',
    };
    expect(readStreamQuery(query, admin)).toEqual({
      ok: true,
      filter: {
        users: undefined,
        kinds: new Set(['alert', 'transition']),
        modes: new Set(['reflex']),
        severity: 'warning',
      },
      lastEventId: 'v1-0.1',
    });
  });

  it.each([
    ['another person', 'cyd'],
    ['another person among its own', ['ada', 'cyd']],
  ])('refuses a limited key %s', (_what, user_id) => {
    expect(usersOf({ user_id }, limited)).toBe(403);
  });

  it.each([
    ['nobody', { user_id: '' }],
    ['a name that is too long', { user_id: 'x'.repeat(257) }],
    ['an object', { user_id: { a: 'canary' } }],
    ['a list with an object', { user_id: ['ada', {}] }],
    ['an empty list', { user_id: [] }],
    ['too many', { user_id: Array.from({ length: 51 }, (_, index) => `u${index}`) }],
    ['an unknown kind', { kind: 'canary' }],
    ['an unknown mode', { mode: ['reflex', 'canary'] }],
    ['an unknown severity', { severity: 'canary' }],
    ['two severities', { severity: ['info', 'info'] }],
    ['an unknown parameter', { canary: '1' }],
    ['a huge id', { last_event_id: '1'.repeat(9_000) }],
  ])('refuses %s, and names only what is known', (_what, query) => {
    const answer = readStreamQuery(query, admin);
    expect(answer).toMatchObject({ ok: false, problem: { status: 400 } });
    expect(JSON.stringify(answer)).not.toMatch(/canary|xxx/);
  });
});
