import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startAlertsServer } from './test/alerts-server.ts';

let server: Awaited<ReturnType<typeof startAlertsServer>>;
let directory = '';
beforeAll(async () => {
  server = await startAlertsServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.answers.clear();
  server.requests.length = 0;
  directory = mkdtempSync(join(tmpdir(), 'bridge-alerts-'));
});
afterEach(() => {
  process.exitCode = undefined;
  rmSync(directory, { recursive: true });
});

function fileOf(name: string, content: string): string {
  const file = join(directory, name);
  writeFileSync(file, content);
  return file;
}

const routing = {
  default: { channels: ['default'] },
  routes: [{ name: 'night', match: { severity: ['critical'] }, channels: ['phone'] }],
  inhibitions: [],
  systems: {},
};

it('prints routes as YAML that it takes back', async () => {
  server.answers.set('GET /routes', { body: routing });
  server.answers.set('PUT /routes', { body: routing });
  const { lines } = await server.run('routes');
  expect(lines.slice(0, 3)).toEqual(['default:', '  channels:', '    - default']);
  const stored = await server.run('routes', '--set', fileOf('routes.yaml', lines.join('\n')));
  expect(stored.lines).toEqual(['1 route stored. Try them with alerts where.']);
  expect(server.requests.at(-1)).toMatchObject({ call: 'PUT /routes', body: routing });
  await server.run('routes', '--set', fileOf('routes.json', JSON.stringify(routing)));
  expect(server.requests.at(-1)?.body).toEqual(routing);
});

it('names the place in a file that is no YAML, and a file that is not there', async () => {
  const file = fileOf('routes.yaml', 'default:\n  channels: [a\nroutes: []\n');
  await expect(server.run('routes', '--set', file)).rejects.toThrow(/is no YAML and no JSON: .* line 3/);
  await expect(server.run('routes', '--set', join(directory, 'none'))).rejects.toThrow(
    'cannot be read: ENOENT.',
  );
  expect(server.requests).toEqual([]);
});

it('names the fields that the service refuses, in one line', async () => {
  const errors = [
    { path: 'routes.0.name', message: 'must be a short name of small letters, digits, - and _' },
    { path: 'default', message: 'must be an object' },
  ];
  const body = { title: 'Unprocessable Content', status: 422, detail: 'Fields do not validate.', errors };
  server.answers.set('PUT /routes', { status: 422, body });
  await expect(server.run('routes', '--set', fileOf('routes.json', '{}'))).rejects.toThrow(
    /^Fields do not validate: routes\.0\.name must be a short name .*; default must be an object\.$/,
  );
});

it('says where an alert would go, in words', async () => {
  const test = {
    at: '2026-03-01T22:00:00.000Z',
    time_zone: 'Europe/Berlin',
    time_zone_known: true,
    groups: ['family'],
    tried: [
      { route: 'coach', path: ['default', 'coach'], matched: false, because: 'the kind does not match' },
      { route: 'night', path: ['default', 'night'], matched: true, because: 'everything matches' },
    ],
    deliveries: [{ route: 'night', channels: ['phone', 'mail'] }],
    channels: [
      { name: 'phone', state: 'active' },
      { name: 'mail', state: 'disabled' },
    ],
    holds: [{ reason: 'quiet_hours', until: '2026-03-02T06:00:00.000Z' }],
  };
  server.answers.set('POST /routes/test', { body: test });
  const args = ['--user', 'ada', '--kind', 'rule.pulse_high', '--severity', 'warning'];
  expect((await server.run('where', ...args)).lines).toEqual([
    'At 2026-03-01 22:00:00Z (Europe/Berlin), in the groups family:',
    '  default > coach: no, the kind does not match',
    '  default > night: yes, everything matches',
    'It would go to:',
    '  phone, mail (disabled) (route night)',
    'It is held back: quiet hours until 2026-03-02 06:00:00Z',
  ]);
  expect(server.requests[0]?.body).toEqual({ user_id: 'ada', kind: 'rule.pulse_high', severity: 'warning' });
  server.answers.set('POST /routes/test', {
    body: {
      ...test,
      time_zone: 'UTC',
      time_zone_known: false,
      deliveries: [{ route: 'night', channels: [] }],
    },
  });
  const { lines } = await server.run('where', ...args);
  expect(lines[0]).toContain('(UTC, since no signal named a time zone)');
  expect(lines).toContain('It would go to nobody.');
});

const phone = {
  name: 'phone',
  kind: 'ntfy',
  settings: { topic: '***' },
  fit_for_health_data: false,
  user_id: 'ada',
  state: 'disabled',
  state_reason: 'gone',
};

it('lists channels, with why one is off', async () => {
  server.answers.set('GET /channels', { body: { channels: [phone] } });
  for (const args of [['channels'], ['channels', 'list']])
    expect((await server.run(...args)).lines).toEqual([
      'name   kind  state            health data  person',
      'phone  ntfy  disabled (gone)  no           ada',
    ]);
});

it('stores a channel from a file, switches and deletes it', async () => {
  const sent = { kind: 'ntfy', settings: { topic: 'secret' } };
  server.answers.set('PUT /channels/phone', { status: 201, body: phone });
  server.answers.set('POST /channels/phone/enable', { body: { ...phone, state: 'active' } });
  server.answers.set('GET /channels/phone', { body: phone });
  server.answers.set('DELETE /channels/phone', { status: 204 });
  const file = fileOf('phone.yaml', 'kind: ntfy\nsettings:\n  topic: secret\n');
  const stored = await server.run('channels', 'set', 'phone', file);
  expect(stored.lines).toEqual(['phone is stored. Try it with alerts channels test phone.']);
  expect(server.requests[0]).toMatchObject({ call: 'PUT /channels/phone', body: sent });
  expect((await server.run('channels', 'enable', 'phone')).lines).toEqual(['phone is active.']);
  const asked = await server.run('channels', 'delete', 'phone');
  expect(asked.lines).toEqual(['phone would be deleted; add --yes to do it.']);
  expect(server.requests.map(({ call }) => call)).not.toContain('DELETE /channels/phone');
  expect((await server.run('channels', 'delete', 'phone', '--yes')).lines).toEqual(['phone is deleted.']);
});

it('a test message that did not arrive is exit code 1', async () => {
  const call = 'POST /channels/phone/test';
  server.answers.set(call, { body: { delivered: true, detail: 'The receiver took the test notification.' } });
  await server.run('channels', 'test', 'phone');
  expect(process.exitCode).toBeUndefined();
  const detail = 'The receiver failed.';
  server.answers.set(call, { body: { delivered: false, detail, reason: 'server_error', http_status: 500 } });
  expect((await server.run('channels', 'test', 'phone')).lines).toEqual([`${detail} (HTTP 500)`]);
  expect(process.exitCode).toBe(1);
  await expect(server.run('channels', 'test', 'none')).rejects.toThrow('There is no such channel.');
});
