import { expect, test } from 'vitest';
import { maskSettings, restoreSecrets } from './channel-settings.ts';

const secrets = ['token', 'keys'];
const stored = { url: 'https://a.example/topic', token: 'abc', keys: ['new', 'old'], priority: 3 };

test('secrets are masked, and come back where the masks are', () => {
  const masked = maskSettings(stored, secrets);
  expect(masked).toEqual({ ...stored, token: '***', keys: ['***1', '***2'] });
  expect(restoreSecrets(masked, stored, secrets)).toEqual({ kind: 'merged', settings: stored });
});

test('keys are rotated by their places', () => {
  const given = { ...stored, keys: ['newest', '***1'], url: 'https://a.example/other' };
  expect(restoreSecrets(given, stored, secrets)).toEqual({
    kind: 'merged',
    settings: { ...given, keys: ['newest', 'new'] },
  });
});

test.each<[string, object, object | undefined, string]>([
  ['nothing is stored', { token: '***' }, undefined, 'settings.token'],
  ['no such setting is stored', { token: '***' }, {}, 'settings.token'],
  ['there is no third key', { keys: ['***3'] }, { keys: ['a', 'b'] }, 'settings.keys.0'],
  ['it is not clear which key is meant', { keys: ['***'] }, { keys: ['a', 'b'] }, 'settings.keys.0'],
  ['a mask was completed', { token: '***x' }, { token: 'abc' }, 'settings.token'],
  [
    'a setting was only inherited',
    { token: '***' },
    Object.create({ token: 'x' }) as object,
    'settings.token',
  ],
])('a mask is refused where %s', (_why, given, kept, path) => {
  const result = restoreSecrets({ ...given }, kept as Record<string, unknown> | undefined, secrets);
  expect(result).toMatchObject({ kind: 'invalid', problems: [{ path }] });
});

test.each([
  [{ url: 'https://evil.example/topic' }],
  [{ url: 'http://a.example/topic' }],
  [{ url: 'https://a.example:444/topic' }],
])('a stored secret is not sent to another address: %o', (address) => {
  const given = { ...stored, ...address, token: '***' };
  expect(restoreSecrets(given, stored, secrets)).toMatchObject({
    kind: 'invalid',
    problems: [{ path: 'settings.token', message: expect.stringContaining('given again') as string }],
  });
});

test('a host, too, is an address', () => {
  const mail = { host: 'mail.example', port: 587, token: 'abc' };
  expect(restoreSecrets({ ...mail, host: 'other.example', token: '***' }, mail, secrets).kind).toBe(
    'invalid',
  );
  expect(restoreSecrets({ ...mail, port: 25, token: '***' }, mail, secrets).kind).toBe('invalid');
  expect(restoreSecrets({ ...mail, host: 'other.example' }, mail, secrets).kind).toBe('merged');
});

test('what the query of an address holds is masked, and comes back where the masks are', () => {
  const hook = { url: 'https://a.example/hook/1?token=abc&v=2&token=d%26f&bare-key#part', secrets: ['x'] };
  const masked = maskSettings(hook, ['secrets']);
  expect(masked).toEqual({
    url: 'https://a.example/hook/1?token=***&v=***&token=***&***#part',
    secrets: ['***1'],
  });
  expect(restoreSecrets(masked, hook, ['secrets'])).toEqual({ kind: 'merged', settings: hook });
  const moved = { ...masked, url: 'https://a.example/hook/2?v=3&token=***' };
  expect(restoreSecrets(moved, hook, ['secrets'])).toMatchObject({
    settings: { url: 'https://a.example/hook/2?v=3&token=abc' },
  });
});

test.each([
  ['https://evil.example/hook?token=***', 'given again'],
  ['http://a.example/hook?token=***', 'given again'],
  ['https://a.example/hook?other=***', 'no such secret'],
  ['https://a.example/hook?token=***&token=***', 'no such secret'],
  ['https://a.example/hook?***', 'no such secret'],
])('a value of a query is not sent to another address, nor made up: %s', (url, message) => {
  const hook = { url: 'https://a.example/hook?token=abc' };
  expect(restoreSecrets({ url }, hook, [])).toMatchObject({
    kind: 'invalid',
    problems: [{ path: 'settings.url', message: expect.stringContaining(message) as string }],
  });
});

test('a masked query of a new channel is refused, and one without masks is taken', () => {
  expect(restoreSecrets({ url: 'https://a.example/?token=***' }, undefined, []).kind).toBe('invalid');
  const given = { url: 'https://a.example/?token=abc', topic: 'what?=***' };
  expect(restoreSecrets(given, undefined, [])).toEqual({ kind: 'merged', settings: given });
});
