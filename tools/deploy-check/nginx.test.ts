import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { routes, routeTo } from '../edge/routes.ts';
import { composeServices, nginxRoutes } from './nginx-routes.ts';

const folder = join(import.meta.dirname, '../../deploy/nginx');
const committed = readFileSync(join(folder, 'routes.conf'), 'utf8');

/** What nginx would do with a path: the first location that matches. */
function nginxTo(path: string): string | undefined {
  for (const [, pattern = '', body = ''] of committed.matchAll(/location ~\* (\S+) \{([^}]+)\}/g)) {
    if (!new RegExp(pattern, 'i').test(path)) continue;
    const [, service] = /http:\/\/([\w-]+):\d+;/.exec(body) ?? [];
    return service ?? 'nowhere';
  }
  return undefined;
}

test('the committed routes are those of the route table', () => {
  expect(committed).toBe(nginxRoutes());
  expect(committed.match(/^location/gm)).toHaveLength(routes.length);
});

test.each([
  '/',
  '/health',
  '/health/',
  '/healthy',
  '/METRICS',
  '/metrics/x',
  '/ready',
  '/live',
  '/webhooks/oura',
  '/webhooks/apple',
  '/webhooksx',
  '/connect/whoop/callback',
  '/connections',
  '/alerts',
  '/Alerts/1',
  '/silences/2',
  '/channels',
  '/stream',
  '/users/alerts/state',
  '/users/ada/profile',
  '/users/a/b/answers',
  '/Users/ada/Answers/',
  '/users//profile',
  '/users/profile',
  '/users/profile/state',
])('sends %s where the edge of npm start does', (path) => {
  const to = routeTo(path);
  const expected = to === undefined || to === 'nowhere' ? to : composeServices[to].service;
  expect(nginxTo(path)).toBe(expected);
});

test('waits until a large export is stored, and for nothing else as long', () => {
  const patient = committed
    .split('location ')
    .filter((location) => location.includes('proxy_read_timeout 30m;'));
  expect(patient.map((location) => location.split(' {')[0])).toEqual(['~* ^/webhooks/apple/?$']);
});

test('keeps addresses of persons out of its logs and passes streams on at once', () => {
  const config = readFileSync(join(folder, 'nginx.conf'), 'utf8');
  expect(config).toMatch(/^\s*access_log off;$/m);
  expect(config).toMatch(/^error_log stderr emerg;$/m);
  expect(config).toMatch(/^\s*proxy_buffering off;$/m);
  expect(config).toMatch(/^\s*listen 8888;$/m);
});
