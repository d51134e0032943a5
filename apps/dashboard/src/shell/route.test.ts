import { expect, test } from 'vitest';
import { linkIn } from '../session/link.ts';
import { alertLink, parseRoute, personLink } from './route.ts';

test.each([
  ['', 'overview'],
  ['#/', 'overview'],
  ['#/?mode=reflex', 'overview'],
  ['#/alerts', 'alerts'],
  ['#/connections', 'connections'],
  ['#/pipeline', 'pipeline'],
  ['#/settings', 'settings'],
  ['#/nowhere', 'unknown'],
])('%s leads to %s', (fragment, view) => {
  expect(parseRoute(fragment).view).toBe(view);
});

test('a person is found by any id', () => {
  for (const userId of ['ada', 'a/b?c#d', 'ü 100%', '../x'])
    expect(parseRoute(`${personLink(userId)}?range=1w`)).toMatchObject({ view: 'person', userId });
});

test('parameters stay with the place', () => {
  expect(parseRoute('#/?mode=reflex&q=a%26b').query.get('q')).toBe('a&b');
  expect(parseRoute(alertLink('0f'))).toMatchObject({ view: 'alerts', alertId: '0f' });
  expect(parseRoute('#/settings/keys')).toMatchObject({ section: 'keys' });
});

test('a stray % is no error', () => {
  expect(parseRoute('#/people/100%')).toMatchObject({ view: 'person', userId: '100%' });
});

test('a one-time link is recognised, and nothing else', () => {
  expect(linkIn('#sign-in=abc_-9')).toBe('abc_-9');
  expect(linkIn('#/sign-in')).toBeUndefined();
  expect(linkIn('#sign-in=')).toBeUndefined();
});
