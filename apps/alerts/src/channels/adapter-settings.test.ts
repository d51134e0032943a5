import { expect, test } from 'vitest';
import { problemsOf } from '@bridge/contracts';
import { maskSettings } from '../configuration/domain/channel-settings.ts';
import { adapterOf, createChannelAdapters } from './channels.ts';

const adapters = createChannelAdapters('/nowhere');
const adapter = (kind: string) => {
  const found = adapterOf(adapters, kind);
  if (found === undefined) throw new Error(kind);
  return found;
};

test.each([
  ['slack', { url: 'https://hooks.slack.test/services/T/B/geheim' }],
  ['pagerduty', { routing_key: 'geheim00'.repeat(4), url: 'https://events.test/' }],
  ['ntfy', { url: 'https://ntfy.test', topic: 'geheim', token: 'geheim' }],
  ['email', { host: 'mail.test', user: 'a', password: 'geheim' }],
])('%s shows none of its secrets', (kind, settings) => {
  expect(JSON.stringify(maskSettings(settings, adapter(kind).secrets))).not.toContain('geheim');
});

test('faults name the field and the rule, never the value', () => {
  const given = { url: 'gopher://x', secrets: ['tell nobody'], extra: 1 };
  const { error } = adapter('webhook').settings.safeParse(given);
  if (error === undefined) throw new Error('expected faults');
  const faults = problemsOf(error);
  expect(JSON.stringify(faults)).not.toMatch(/gopher|tell nobody/);
  expect(faults).toMatchObject([
    { path: 'url', message: 'must be an http or https address' },
    { path: 'secrets.0', message: 'must be whsec_ and 24 to 64 bytes in base64' },
    { path: '' },
  ]);
});

test('good settings get their defaults', () => {
  const settings = { topic: 'coach', url: 'https://ntfy.sh' };
  expect(adapter('ntfy').settings.parse({ topic: 'coach' })).toEqual(settings);
});
