import {
  budgetReportSchema,
  channelListSchema,
  channelSchema,
  groupListSchema,
  groupSchema,
  routeTestSchema,
} from '@bridge/contracts';
import { randomName, testTime } from '@bridge/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  defaultRouting,
  startConfiguration,
  startReceiver,
  type ConfigurationWorld,
} from './start-configuration.ts';

const canary = randomName('canary-user');
const secret = 'canary-secret-1';

let world: ConfigurationWorld;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let call: ConfigurationWorld['call'];

beforeAll(async () => {
  world = await startConfiguration();
  receiver = await startReceiver();
  ({ call } = world);
});
afterAll(async () => {
  await receiver.close();
  await world.close();
});

function bell(fields: object = {}) {
  return {
    kind: 'bell',
    settings: { url: receiver.url, token: secret, keys: ['canary-key-1', 'canary-key-2'] },
    ...fields,
  };
}

const pathsOf = ({ body }: { body: unknown }) =>
  (body as { errors: { path: string }[] }).errors.map(({ path }) => path);

test('while nothing is stored, the default applies, without channels that do not exist', async () => {
  const routes = await call('GET', '/routes');
  expect(routes.headers.get('etag')).toBe('"0"');
  expect(routes.body).toEqual({ ...defaultRouting, default: { channels: [] } });
  const budgets = budgetReportSchema.parse((await call('GET', '/budgets')).body);
  expect(budgets).toEqual({ budgets: [{ severity: 'warning', alerts: 4, days: 30 }] });
});

test('the default channel is made once, and stays as an operator changes it', async () => {
  const { changeChannel } = world.wired;
  await changeChannel.ensure('default', bell());
  await call('PUT', '/channels/default', { body: bell({ fit_for_health_data: true }) });
  await changeChannel.ensure('default', bell());
  const channel = channelSchema.parse((await call('GET', '/channels/default')).body);
  expect(channel).toMatchObject({ fit_for_health_data: true, state: 'active' });
  expect((await call('GET', '/routes')).body).toEqual(defaultRouting);
});

test('a channel is stored, shown without its secrets, changed and deleted', async () => {
  const made = await call('PUT', '/channels/own', { body: bell({ user_id: canary }) });
  expect(made.status).toBe(201);
  const channel = channelSchema.parse(made.body);
  expect(channel).toMatchObject({
    name: 'own',
    user_id: canary,
    fit_for_health_data: false,
    settings: { url: receiver.url, token: '***', keys: ['***1', '***2'] },
  });
  // Sent back as it was shown, with one key before the others.
  const settings = { ...channel.settings, keys: ['canary-key-0', '***1'] };
  expect((await call('PUT', '/channels/own', { body: { kind: 'bell', settings } })).status).toBe(200);
  const { channels } = await world.wired.configuration.latest();
  expect(channels.get('own')).toMatchObject({
    subjectId: undefined,
    receiver: { settings: { token: secret, keys: ['canary-key-0', 'canary-key-1'] } },
  });
  const elsewhere = { url: 'http://elsewhere.example/', token: '***' };
  const moved = await call('PUT', '/channels/own', { body: { kind: 'bell', settings: elsewhere } });
  expect([moved.status, pathsOf(moved)]).toEqual([422, ['settings.token']]);
  await world.admin.query(
    `insert into alerts.deliveries (delivery_id, channel, subject_id, status, created_at, due_at, content)
     values ('\\x01', 'own', gen_random_uuid(), 'pending', now(), now(), '')`,
  );
  expect((await call('DELETE', '/channels/own')).status).toBe(204);
  expect(await world.admin.query('select status from alerts.deliveries')).toEqual([{ status: 'dropped' }]);
  expect((await call('DELETE', '/channels/own')).status).toBe(404);
  expect((await call('GET', '/channels/own')).status).toBe(404);
});

test.each<[string, string, unknown, number, string]>([
  ['an unknown kind', 'x', { kind: 'carrier-pigeon', settings: {} }, 422, 'kind'],
  [
    'a setting of a wrong form',
    'x',
    { kind: 'bell', settings: { url: 'ftp://a', token: 'x' } },
    422,
    'settings.url',
  ],
  ['no setting', 'x', { kind: 'bell', settings: { url: 'http://a' } }, 422, 'settings.token'],
  [
    'an unknown setting',
    'x',
    { kind: 'bell', settings: { url: 'http://a', token: 'x', b: 1 } },
    422,
    'settings',
  ],
  [
    'a header in a token',
    'x',
    { kind: 'bell', settings: { url: 'http://a', token: 'x\r\nx-evil: 1' } },
    422,
    'settings.token',
  ],
  [
    'a header in a user id',
    'x',
    { kind: 'bell', settings: { url: 'http://a', token: 'x' }, user_id: 'a\r\nx: 1' },
    422,
    'user_id',
  ],
  ['an unknown field', 'x', { kind: 'bell', settings: {}, colour: 'red' }, 422, '(body)'],
  ['a name with a line break', 'a%0D%0Ax:1', { kind: 'bell', settings: {} }, 422, 'name'],
  ['a long name', 'a'.repeat(65), { kind: 'bell', settings: {} }, 422, 'name'],
  ['no object', 'x', '[]', 422, '(body)'],
])('a channel with %s is refused', async (_what, name, body, status, path) => {
  const answer = await call('PUT', `/channels/${name}`, { body });
  expect([answer.status, pathsOf(answer)]).toEqual([status, [path]]);
  expect(JSON.stringify(answer.body)).not.toContain('evil');
});

test('bodies that are no JSON, too large, too deep or of another type are refused', async () => {
  expect((await call('PUT', '/routes', { body: '{' })).status).toBe(400);
  expect((await call('PUT', '/routes', { body: JSON.stringify({ x: 'y'.repeat(1_100_000) }) })).status).toBe(
    413,
  );
  const type = { 'content-type': 'text/xml' };
  expect((await call('PUT', '/routes', { body: '<a/>', headers: type })).status).toBe(415);
  const deep = '{"name":"a","routes":['.repeat(20_000) + ']}'.repeat(20_000);
  const body = `{"default":{},"routes":[${deep}],"inhibitions":[],"systems":{}}`;
  expect((await call('PUT', '/routes', { body })).status).toBe(422);
});

test('a test notification is sent at once, and its result is said in words', async () => {
  await call('PUT', '/channels/tried', { body: bell() });
  const sent = await call('POST', '/channels/tried/test');
  expect(sent.body).toEqual({
    delivered: true,
    detail: 'The receiver took the test notification.',
    http_status: 200,
  });
  expect(receiver.requests.at(-1)?.headers.authorization).toBe(`Bearer ${secret}`);
  receiver.answer.status = 410;
  expect((await call('POST', '/channels/tried/test')).body).toEqual({
    delivered: false,
    detail: 'The receiver no longer exists.',
    reason: 'gone',
    http_status: 410,
  });
  receiver.answer.status = 200;
  expect((await call('POST', '/channels/nobody/test')).status).toBe(404);
});

test('a channel that is gone stays so until somebody enables it', async () => {
  await world.wired.changeChannel.disable('tried', 'gone');
  await call('PUT', '/channels/tried', { body: bell() });
  expect((await call('GET', '/channels/tried')).body).toMatchObject({
    state: 'disabled',
    state_reason: 'gone',
  });
  const enabled = channelSchema.parse((await call('POST', '/channels/tried/enable')).body);
  expect([enabled.state, enabled.state_reason]).toEqual(['active', undefined]);
  const disabled = channelSchema.parse((await call('POST', '/channels/tried/disable')).body);
  expect([disabled.state, disabled.state_reason]).toEqual(['disabled', 'operator']);
  expect((await call('POST', '/channels/nobody/enable')).status).toBe(404);
});

test('lists have pages', async () => {
  const first = await call('GET', '/channels?limit=1');
  const { channels, next } = channelListSchema.parse(first.body);
  const path = /^<([^>]+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  expect(path).toBe(`/channels?limit=1&cursor=${String(next)}`);
  const second = await call('GET', path);
  const last = channelListSchema.parse(second.body);
  expect([...channels, ...last.channels].map(({ name }) => name)).toEqual(['default', 'tried']);
  expect([last.next, second.headers.get('link')]).toEqual([null, null]);
  for (const query of ['limit=0', 'cursor=!', 'sort=asc', 'limit=1&limit=2'])
    expect((await call('GET', `/channels?${query}`)).status).toBe(400);
});

test('a group holds persons by subject id, up to 10,000', async () => {
  const members = Array.from({ length: 10_000 }, (_, n) => (n === 0 ? canary : `${canary}-${n}`));
  const made = await call('PUT', '/groups/team', { body: { members } });
  expect([made.status, groupSchema.parse(made.body).members.length]).toEqual([201, 10_000]);
  const less = await call('PUT', '/groups/team', { body: { members: members.slice(0, 2) } });
  expect([less.status, groupSchema.parse(less.body).members]).toEqual([200, members.slice(0, 2)]);
  expect(groupListSchema.parse((await call('GET', '/groups')).body)).toMatchObject({
    groups: [{ name: 'team', members: 2 }],
    next: null,
  });
  const { groupsBySubject } = await world.wired.configuration.latest();
  const person = (await world.vault.find([canary])).get(canary);
  expect(groupsBySubject.get(person?.subjectId ?? '')).toEqual(new Set(['team']));
  expect(groupsBySubject.size).toBe(2);
  const tooMany = await call('PUT', '/groups/team', { body: { members: [...members, 'one-more'] } });
  expect([tooMany.status, pathsOf(tooMany)]).toEqual([422, ['members']]);
  const odd = await call('PUT', '/groups/team', { body: { members: ['a\nb'] } });
  expect([odd.status, pathsOf(odd)]).toEqual([422, ['members.0']]);
});

const routes = {
  ...defaultRouting,
  routes: [{ name: 'team', match: { group: ['team'] }, channels: ['tried'] }],
};

test('routes are checked, stored, and not changed by two people at once', async () => {
  const unknown = { ...routes, routes: [{ name: 'a', channels: ['nobody'], match: { group: ['none'] } }] };
  const refused = await call('PUT', '/routes', { body: unknown });
  expect([refused.status, pathsOf(refused)]).toEqual([
    422,
    ['routes.0.channels.0', 'routes.0.match.group.0'],
  ]);
  const match = { user_id: Array.from({ length: 900 }, (_, n) => `${canary}-${n}`) };
  const large = await call('PUT', '/routes', { body: { ...routes, routes: [{ name: 'a', match }] } });
  expect([large.status, pathsOf(large)]).toEqual([422, ['routes.0.match']]);
  expect(JSON.stringify(large.body)).not.toContain(canary);

  const tag = (await call('GET', '/routes')).headers.get('etag') ?? '';
  const headers = { 'if-match': tag };
  const both = await Promise.all([1, 2].map(() => call('PUT', '/routes', { body: routes, headers })));
  expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  expect((await call('PUT', '/routes', { body: routes, headers: { 'if-match': 'W/"1"' } })).status).toBe(400);
  expect(
    (await call('PUT', '/routes', { body: routes, headers: { 'if-match': '*' } })).headers.get('etag'),
  ).toBe('"2"');
  expect((await call('GET', '/routes')).body).toEqual(routes);
  const rows = await world.admin.query('select revision, author from alerts.routings order by revision');
  expect(rows).toEqual([
    { revision: 1, author: 'key:AUREN_MASTER_API_KEY' },
    { revision: 2, author: 'key:AUREN_MASTER_API_KEY' },
  ]);
});

test('channels and groups that routes name are not deleted', async () => {
  const channel = await call('DELETE', '/channels/tried');
  expect([channel.status, channel.body]).toMatchObject([
    409,
    { detail: expect.stringContaining('team') as string },
  ]);
  const group = await call('DELETE', '/groups/team');
  expect([group.status, group.body]).toMatchObject([
    409,
    { detail: expect.stringContaining('team') as string },
  ]);
  expect((await call('DELETE', '/groups/nobody')).status).toBe(404);
});

test('where would this alert go?', async () => {
  const body = { user_id: canary, kind: 'rule.pulse_high', severity: 'critical' };
  const answer = routeTestSchema.parse((await call('POST', '/routes/test', { body })).body);
  expect(answer).toMatchObject({
    at: testTime(),
    time_zone: 'Europe/Berlin',
    groups: ['team'],
    tried: [{ route: 'default', because: '1 groups, Europe/Berlin' }],
    deliveries: [{ route: 'default', channels: ['default'] }],
    channels: [{ name: 'default', state: 'active' }],
    holds: [],
  });
  const unknown = { ...body, user_id: randomName('nobody'), at: testTime(120).replace('Z', '+01:00') };
  const other = routeTestSchema.parse((await call('POST', '/routes/test', { body: unknown })).body);
  expect(other).toMatchObject({
    at: testTime(60),
    time_zone: 'UTC',
    time_zone_known: false,
    groups: [],
  });
  expect((await world.vault.find([unknown.user_id])).size).toBe(0);
});

test('every change makes everybody due in its transaction, and a refused one changes nothing', async () => {
  const before = await world.wired.configuration.latest();
  const dues = world.due.length;
  expect((await call('PUT', '/groups/team', { body: { members: [canary] } })).status).toBe(200);
  expect(world.due.slice(dues)).toEqual([before.revision + 1]);
  await call('DELETE', '/groups/team');
  await call('PUT', '/channels/x', { body: { kind: 'bell', settings: {} } });
  expect((await world.wired.configuration.latest()).revision).toBe(before.revision + 1);
});

test('another process sees a change at its next check, at most 250 ms later', async () => {
  const other = world.wire().configuration;
  const before = await other.current();
  await call('PUT', '/groups/seen', { body: { members: [] } });
  expect(await other.current()).toBe(before);
  world.clock.now += 250;
  expect((await other.current()).groups.has('seen')).toBe(true);
  await call('DELETE', '/groups/seen');
  expect((await other.latest()).groups.has('seen')).toBe(false);
});

test('only admin keys for everybody may set things up, and other methods are refused', async () => {
  const { key: alerts } = await world.keyFor(['alerts']);
  const { key: limited } = await world.keyFor(['admin'], [canary]);
  for (const key of [alerts, limited]) {
    for (const path of ['/routes', '/channels', '/channels/tried', '/groups', '/groups/team'])
      expect((await call('GET', path, { key })).status, path).toBe(403);
    expect((await call('PUT', '/budgets', { key, body: { budgets: [] } })).status).toBe(403);
    expect((await call('POST', '/channels/tried/test', { key })).status).toBe(403);
  }
  expect((await call('GET', '/routes', { key: 'bb_no-such-key' })).status).toBe(401);
  const patched = await call('PATCH', '/channels/tried', { body: {} });
  expect([patched.status, patched.headers.get('allow')]).toEqual([405, 'DELETE, GET, HEAD, PUT']);
});

test('rows that were changed are reported and left out, and can be stored again', async () => {
  const { admin, log } = world;
  await admin.query(`update alerts.channels set settings = '\\x0100' where name = 'tried'`);
  await admin.query(`update alerts.routings set body = '\\x0100' where revision = 2`);
  await admin.query('update alerts.configuration_revision set revision = revision + 1');
  expect((await call('GET', '/channels/tried')).body).toMatchObject({
    fault: 'unreadable_settings',
    settings: {},
  });
  expect((await call('POST', '/channels/tried/test')).status).toBe(409);
  expect((await call('GET', '/routes')).body).toEqual(defaultRouting);
  expect(log.lines.filter(({ level }) => level === 'error').length).toBeGreaterThan(1);
  const masked = await call('PUT', '/channels/tried', {
    body: bell({ settings: { url: receiver.url, token: '***' } }),
  });
  expect([masked.status, pathsOf(masked)]).toEqual([422, ['settings.token']]);
  expect((await call('PUT', '/channels/tried', { body: bell() })).status).toBe(200);
  expect((await call('PUT', '/routes', { body: routes })).status).toBe(200);
  expect((await call('GET', '/routes')).body).toEqual(routes);
});

test('no table, log line or answer holds a secret, and no table a user id', async () => {
  const answers = await Promise.all(
    ['/channels', '/channels/default', '/routes'].map((path) => call('GET', path)),
  );
  const shown = JSON.stringify([answers, world.log.lines]);
  for (const text of [secret, 'canary-key']) expect(shown).not.toContain(text);
  expect(JSON.stringify(world.log.lines)).not.toContain(canary);
  const tables = await world.admin.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const needles = [canary, secret, 'canary-key', receiver.url];
  const patterns = needles.flatMap((text) => [`%${text}%`, `%${Buffer.from(text).toString('hex')}%`]);
  for (const { name } of tables) {
    const hits = await world.admin.query(`select 1 from ${name} t where t::text like any ($1) limit 1`, [
      patterns,
    ]);
    expect(hits, name).toEqual([]);
  }
});
