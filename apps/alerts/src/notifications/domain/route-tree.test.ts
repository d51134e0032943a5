import type { Route, Routing } from '@bridge/contracts';
import { describe, expect, it } from 'vitest';
import { anAlert, ann, plainRouting, start } from '../../../test/notification-story.ts';
import { handlingOf, routeTree } from './route-handling.ts';
import { routesOf } from './route-tree.ts';

const alert = anAlert('a', { kind: 'rule.pulse_high' });
const heart = { kind: [{ prefix: 'rule.pulse_' }] };
const other = { kind: ['rule.spo2_low'] };

const taken = (routes: readonly Route[], at = start) =>
  routesOf(alert, ann, { ...plainRouting, routes: [...routes] }, at).taken.map(({ handling }) => handling.id);

describe('the routes that an alert takes', () => {
  it.each<[string, Route[], string[]]>([
    ['the default one where none matches', [{ name: 'one', match: other }], ['default']],
    ['the first that matches', [{ name: 'one', match: other }, { name: 'two' }, { name: 'three' }], ['two']],
    [
      'the next one too',
      [{ name: 'one', continue: true }, { name: 'two' }, { name: 'three' }],
      ['one', 'two'],
    ],
    ['the route below', [{ name: 'one', match: heart, routes: [{ name: 'in' }] }], ['one/in']],
    ['the route itself', [{ name: 'one', match: heart, routes: [{ name: 'in', match: other }] }], ['one']],
    [
      'none below one that does not match',
      [{ name: 'one', match: other, routes: [{ name: 'in' }] }],
      ['default'],
    ],
    [
      'a continue below counts among its own siblings',
      [{ name: 'one', routes: [{ name: 'a', continue: true }, { name: 'b' }] }, { name: 'two' }],
      ['one/a', 'one/b'],
    ],
    ['one within its hours', [{ name: 'one', hours: { from: '12:00', to: '13:00' } }], ['one']],
    ['none outside its hours', [{ name: 'one', hours: { from: '13:00', to: '14:00' } }], ['default']],
  ])('are %s', (_what, routes, ids) => {
    expect(taken(routes)).toEqual(ids);
  });

  it.each([
    ['severity', { severity: ['critical' as const] }],
    ['kind', { kind: ['rule.pulse'] }],
    ['source', { source: ['partner'] }],
    ['question', { question: true }],
    ['user_id', { user_id: ['bob'] }],
    ['group', { group: ['crew'] }],
  ])('are explained: a route is refused because of its %s', (because, match) => {
    const routing = { ...plainRouting, routes: [{ name: 'one', match: { ...match } }] };
    expect(routesOf(alert, ann, routing, start).tried).toEqual([
      { path: ['default'], verdict: 'taken' },
      { path: ['one'], verdict: 'refused', because },
    ]);
  });

  it('are explained in the order in which they were tried, with the path', () => {
    const routing: Routing = {
      ...plainRouting,
      routes: [
        { name: 'night', match: heart, hours: { from: '22:00', to: '06:00' } },
        {
          name: 'team',
          match: { group: ['crew', 'team'] },
          routes: [{ name: 'lungs', match: other }, { name: 'rest' }],
        },
        { name: 'never' },
      ],
    };
    const { tried, changesAt } = routesOf(alert, ann, routing, start);
    expect(tried).toEqual([
      { path: ['default'], verdict: 'passed_down' },
      { path: ['night'], verdict: 'refused', because: 'hours' },
      { path: ['team'], verdict: 'passed_down' },
      { path: ['team', 'lungs'], verdict: 'refused', because: 'kind' },
      { path: ['team', 'rest'], verdict: 'taken' },
    ]);
    expect(changesAt).toBe(Date.UTC(2027, 2, 10, 22));
  });
});

describe('the settings of a route', () => {
  const routing: Routing = {
    ...plainRouting,
    default: {
      channels: ['phone'],
      group: { wait_seconds: 10, repeat_seconds: 60 },
      quiet_hours: { from: '22:00', to: '06:00' },
      escalation: [{ after_minutes: 5, channels: ['boss'] }],
      deliver_info: true,
    },
    routes: [
      {
        name: 'one',
        group: { wait_seconds: 0 },
        routes: [{ name: 'in', channels: ['mail'], quiet_hours: null }],
      },
    ],
  };
  const tree = routeTree(routing);

  it('are those of the route above where it names none', () => {
    expect(handlingOf(tree, 'one/in')).toEqual({
      id: 'one/in',
      channels: ['mail'],
      waitMs: 0,
      intervalMs: 300_000,
      repeatMs: 60_000,
      quietHours: null,
      escalation: [{ afterMs: 300_000, channels: ['boss'] }],
      deliversInfo: true,
      notifiesUpdates: false,
    });
  });

  it('are those of the default route when the route is gone', () => {
    expect(handlingOf(tree, 'gone')).toEqual({ ...handlingOf(tree, 'default'), id: 'gone' });
  });
});
