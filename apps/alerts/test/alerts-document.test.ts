import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  budgetsSchema,
  channelBodySchema,
  groupBodySchema,
  routeTestBodySchema,
  routingSchema,
  silenceBodySchema,
} from '@bridge/contracts';
import { testTime } from '@bridge/testing';
import { expect, test } from 'vitest';
import { checkRouting } from '../src/configuration/domain/check-routing.ts';

const document = readFileSync(join(import.meta.dirname, '../../../docs/alerts.md'), 'utf8');
const shell = document.replace(/'\$\(date [^)]*\)'/g, testTime(120)).replaceAll('\\\n', '');
/** Path and body of each command that has one. */
const commands = [...shell.matchAll(/^curl .*"\$BRIDGE_EDGE_URL\/([^"]+)".*? -d '([^']+)'$/gm)].map(
  ([, path = '', body = '']) => [path, JSON.parse(body) as unknown] as const,
);

const schemas = {
  'channels/phone': channelBodySchema,
  'groups/first-team': groupBodySchema,
  routes: routingSchema,
  'routes/test': routeTestBodySchema,
  silences: silenceBodySchema,
  budgets: budgetsSchema,
};

test('docs/alerts.md has a body for each', () => {
  expect(commands.map(([path]) => path)).toEqual(Object.keys(schemas));
});

test.each(commands)('the body for /%s can be pasted', (path, body) => {
  schemas[path as keyof typeof schemas].parse(body);
});

test('the routes can be stored', () => {
  const routing = routingSchema.parse(new Map(commands).get('routes'));
  const known = { channels: new Set(['phone']), groups: new Set(['first-team']) };
  expect(checkRouting(routing, known)).toEqual([]);
});
