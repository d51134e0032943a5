import { randomName, testTime } from '@bridge/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startConfiguration, type ConfigurationWorld } from './start-configuration.ts';

let world: ConfigurationWorld;
beforeAll(async () => {
  world = await startConfiguration();
});
afterAll(() => world.close());

test('whoever sees of whom a channel, a group or a route test speaks is recorded', async () => {
  const seen = randomName('seen-user');
  await world.call('PUT', '/groups/seen', { body: { members: [seen] } });
  const settings = { url: 'http://127.0.0.1:9/', token: 'x' };
  await world.call('PUT', '/channels/seen', { body: { kind: 'bell', settings, user_id: seen } });
  const subject = (await world.vault.find([seen])).get(seen)?.subjectId;
  const { key, accessor } = await world.keyFor(['admin']);
  const ask = { user_id: seen, kind: 'rule.pulse_high', severity: 'critical' };
  for (const [method, path, body] of [
    ['GET', '/groups/seen'],
    ['GET', '/channels/seen'],
    ['POST', '/routes/test', ask],
  ] as const)
    expect((await world.call(method, path, { key, body })).status).toBe(200);
  const looks = await world.admin.query(
    'select table_name, user_id from phi_access_log where accessor_id = $1 order by table_name',
    [accessor],
  );
  expect(looks).toEqual(
    ['alerts.channels', 'alerts.notification_groups', 'alerts.person_group_members'].map((table_name) => ({
      table_name,
      user_id: subject,
    })),
  );
});

test('whoever sees silences and routes that name a person is recorded', async () => {
  const seen = randomName('seen-user');
  const [subjectId] = [...(await world.vault.subjectsFor([seen])).values()].map((one) => one.subjectId);
  await world.call('PUT', '/channels/default', {
    body: { kind: 'bell', settings: { url: 'http://127.0.0.1:9/', token: 'x' } },
  });
  const match = { user_id: [seen, { prefix: 'nobody-in-particular' }] };
  const routing = {
    default: { channels: ['default'] },
    routes: [{ name: 'outer', routes: [{ name: 'inner', match }] }],
    inhibitions: [],
    systems: {},
  };
  expect((await world.call('PUT', '/routes', { body: routing })).status).toBe(200);
  const silence = { match, ends_at: testTime(60), comment: 'a race' };
  const made = await world.call('POST', '/silences', { body: silence });
  const path = made.headers.get('location') ?? '';
  const { key, accessor } = await world.keyFor(['admin', 'alerts']);
  for (const one of ['/routes', '/silences', path]) {
    expect((await world.call('GET', one, { key })).status).toBe(200);
  }
  const looks = await world.admin.query(
    'select table_name, user_id from phi_access_log where accessor_id = $1 order by table_name',
    [accessor],
  );
  expect(looks).toEqual(
    ['alerts.routings', 'alerts.silences', 'alerts.silences'].map((table_name) => ({
      table_name,
      user_id: subjectId,
    })),
  );
});
