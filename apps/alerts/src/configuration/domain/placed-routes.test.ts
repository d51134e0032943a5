import type { Routing } from '@bridge/contracts';
import { expect, test } from 'vitest';
import { namedBy, onlyKnownChannels, routesNaming, routesOfGroup } from './placed-routes.ts';

const routing: Routing = {
  default: { channels: ['phone'], escalation: [{ after_minutes: 5, channels: ['pager'] }] },
  routes: [
    {
      name: 'team',
      match: { group: ['team'] },
      routes: [{ name: 'deep', channels: ['mail', 'phone'] }],
    },
  ],
  inhibitions: [{ source: {}, target: { group: ['lab'] }, same_person: true, same_system: false }],
  systems: {},
};

test('routes that name a channel or a group', () => {
  expect(routesNaming('phone', routing)).toEqual(['default', 'deep']);
  expect(routesNaming('pager', routing)).toEqual(['default']);
  expect(routesNaming('other', routing)).toEqual([]);
  expect(routesOfGroup('team', routing)).toEqual(['team']);
  expect(routesOfGroup('lab', routing)).toEqual(['inhibitions']);
});

test('a routing keeps only channels that exist', () => {
  expect(onlyKnownChannels(routing, new Set(['mail']))).toEqual({
    ...routing,
    default: { channels: [], escalation: [] },
    routes: [{ ...routing.routes[0], routes: [{ name: 'deep', channels: ['mail'] }] }],
  });
});

test('a conflict names a few routes', () => {
  expect(namedBy(['a', 'b'])).toBe('It is used by: a, b. Change the routes first.');
  expect(namedBy(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toContain('e and 2 more.');
});
