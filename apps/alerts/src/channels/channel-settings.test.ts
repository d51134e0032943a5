import { expect, test } from 'vitest';
import { maskSettings, parseSettings } from './channel-settings.ts';
import { adapterOf, createChannelAdapters } from './channels.ts';

const adapters = createChannelAdapters('/nowhere');
const adapter = (kind: string) => {
  const found = adapterOf(adapters, kind);
  if (found === undefined) throw new Error(kind);
  return found;
};
const secretOf = (byte: number) => `whsec_${Buffer.alloc(24, byte).toString('base64')}`;

test('secrets are masked, so that one can tell them apart', () => {
  const settings = { url: 'https://receiver.test/', secrets: [secretOf(1), secretOf(2), secretOf(1)] };
  const masked = maskSettings(adapter('webhook'), settings) as { url: string; secrets: string[] };
  expect(masked.url).toBe('https://receiver.test/');
  expect(masked.secrets.every((secret) => /^\*{3}[0-9a-f]{4}$/.test(secret))).toBe(true);
  expect(new Set(masked.secrets).size).toBe(2);
  expect(masked.secrets[0]).toBe(masked.secrets[2]);
});

test.each([
  ['slack', { url: 'https://hooks.slack.test/services/T/B/geheim' }],
  ['pagerduty', { routing_key: 'geheim00'.repeat(4), url: 'https://events.test/' }],
  ['ntfy', { url: 'https://ntfy.test', topic: 'geheim', token: 'geheim' }],
  ['email', { host: 'mail.test', user: 'a', password: 'geheim' }],
])('%s shows none of its secrets', (kind, settings) => {
  expect(JSON.stringify(maskSettings(adapter(kind), settings))).not.toContain('geheim');
});

test('faults name the field and the rule, never the value', () => {
  const given = { url: 'gopher://x', secrets: ['tell nobody'], extra: 1 };
  const parsed = parseSettings(adapter('webhook'), given);
  expect(parsed.kind).toBe('invalid');
  expect(JSON.stringify(parsed)).not.toMatch(/gopher|tell nobody/);
  expect(parsed).toMatchObject({
    errors: [
      { path: 'url', message: 'must be an http or https address' },
      { path: 'secrets.0', message: 'must be whsec_ and 24 to 64 bytes in base64' },
      { path: '' },
    ],
  });
});

test('good settings get their defaults', () => {
  expect(parseSettings(adapter('ntfy'), { topic: 'coach' })).toEqual({
    kind: 'settings',
    settings: { topic: 'coach', url: 'https://ntfy.sh' },
  });
});
