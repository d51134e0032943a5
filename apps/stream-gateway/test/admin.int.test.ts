import { createSignIn, scopes } from '@bridge/auth';
import { deadLetterMessage } from '@bridge/kafka';
import { buildEvent, randomName, testTime } from '@bridge/testing';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from './follow-stream.ts';
import { createWorld, type World } from './gateway-world.ts';
import { masterKey, startGateway, type Gateway } from './start-gateway.ts';

const admin = { authorization: `Bearer ${masterKey}` };
const json = { 'content-type': 'application/json' };
const ailing = createServer((_req, res) => res.writeHead(503).end('{"status":"unhealthy"}'));
let world: World;
let gateway: Gateway;

beforeAll(async () => {
  world = await createWorld();
  await new Promise<void>((resolve) => ailing.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(ailing.address() as AddressInfo).port}`;
  const services = [
    { name: 'cognition', origin },
    { name: 'alerts', origin: 'http://127.0.0.1:9' },
    { name: 'webhook-ingest', origin: undefined },
  ];
  gateway = await startGateway(world, { services });
  await until('the gateway is ready', async () => (await fetch(`${gateway.url}/ready`)).ok || undefined);
});

afterAll(async () => {
  await gateway.close();
  ailing.close();
  await world.close();
});

async function call(path: string, headers: Record<string, string> = admin, init: RequestInit = {}) {
  const response = await fetch(gateway.url + path, { headers, ...init });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
  };
}

const post = (body: unknown, headers = admin) =>
  call('/keys', { ...headers, ...json }, { method: 'POST', body: JSON.stringify(body) });

describe('permissions', () => {
  const calls = [
    ['GET', '/keys'],
    ['POST', '/keys'],
    ['DELETE', '/keys/key_000000000000'],
    ['GET', '/audit'],
    ['GET', '/pipeline'],
  ] as const;

  const statuses = (headers: Record<string, string>) =>
    Promise.all(calls.map(async ([method, path]) => (await call(path, headers, { method })).status));

  test.each(scopes.filter((scope) => scope !== 'admin'))('a key of scope %s is refused', async (scope) => {
    const { headers } = await world.headersOf([scope]);
    expect(await statuses(headers)).toEqual(calls.map(() => 403));
  });

  test('an admin key passes, one that is limited to some persons does not', async () => {
    const { headers } = await world.headersOf(['admin']);
    expect(await statuses(headers)).toEqual([200, 422, 404, 200, 200]);
    const { headers: limited } = await world.headersOf(['admin'], ['ada']);
    expect(await statuses(limited)).toEqual(calls.map(() => 403));
    expect(await statuses({})).toEqual(calls.map(() => 401));
  });

  test('the session of a revoked key is refused', async () => {
    const { keyId, key } = await world.keys.createKey({ label: 'gone', scopes: ['admin'] });
    const signedIn = await call('/session', json, { method: 'POST', body: JSON.stringify({ key }) });
    const cookie = { cookie: String(signedIn.headers.get('set-cookie')).split(';')[0] ?? '' };
    expect((await call('/keys', cookie)).status).toBe(200);
    expect((await call(`/keys/${keyId}`, admin, { method: 'DELETE' })).status).toBe(204);
    await until('the session has ended', async () =>
      (await call('/keys', cookie)).status === 401 ? true : undefined,
    );
    expect(await statuses(cookie)).toEqual(calls.map(() => 401));
  });
});

describe('/keys', () => {
  test('makes a key that works, shows it once, lists it and revokes it', async () => {
    const user = randomName('ada');
    await world.vault.subjectsFor([user]);
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const label = randomName('phone');
    const made = await post({ label, scopes: ['stream', 'alerts'], users: [user], expires_at });
    expect(made).toMatchObject({
      status: 201,
      body: { label, scopes: ['stream', 'alerts'], users: [user], expires_at, revoked_at: null },
    });
    const { key_id: keyId, key } = made.body as { key_id: string; key: string };
    expect(made.headers.get('location')).toBe(`/keys/${keyId}`);
    const own = { authorization: `Bearer ${key}` };
    expect((await call('/users', own)).status).toBe(200);

    const listed = await call('/keys?limit=500');
    expect(listed.text).not.toContain(key);
    const { keys } = listed.body as { keys: Record<string, unknown>[] };
    expect(keys.find(({ key_id }) => key_id === keyId)).toMatchObject({ users: [user], expires_at });
    const subject = (await world.vault.find([user])).get(user)?.subjectId;
    const seen = await world.admin.query(
      `select accessor_id from phi_access_log where user_id = $1 and table_name = 'auth.api_keys'`,
      [subject],
    );
    expect(seen).toEqual([{ accessor_id: 'key:AUREN_MASTER_API_KEY' }]);

    expect((await call(`/keys/${keyId}`, admin, { method: 'DELETE' })).status).toBe(204);
    expect((await call(`/keys/${keyId}`, admin, { method: 'DELETE' })).status).toBe(404);
    await until('the key is refused', async () => (await call('/users', own)).status === 401 || undefined);
  });

  test('lists page by page', async () => {
    for (let n = 0; n < 3; n += 1) await post({ label: `page ${n}`, scopes: ['stream'] });
    const labels: unknown[] = [];
    let path: string | undefined = '/keys?limit=2';
    while (path !== undefined) {
      const page = await call(path);
      const { keys, next } = page.body as { keys: { label: string }[]; next: string | null };
      expect(keys.length).toBeLessThanOrEqual(2);
      labels.push(...keys.map(({ label }) => label));
      path = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
      expect(path === undefined).toBe(next === null);
    }
    expect(labels.slice(-3)).toEqual(['page 0', 'page 1', 'page 2']);
  });

  test.each([
    ['no label', { scopes: ['stream'] }, 'label'],
    ['an empty label', { label: ' ', scopes: ['stream'] }, 'label'],
    ['a label with a line break', { label: 'a\nb', scopes: ['stream'] }, 'label'],
    ["the environment's label", { label: 'AUREN_MASTER_API_KEY', scopes: ['stream'] }, 'label'],
    ['no scope', { label: 'x', scopes: [] }, 'scopes'],
    ['an unknown scope', { label: 'x', scopes: ['root'] }, 'scopes'],
    ['no persons', { label: 'x', scopes: ['stream'], users: [] }, 'users'],
    [
      'an end in the past',
      { label: 'x', scopes: ['stream'], expires_at: '2020-01-01T00:00:00Z' },
      'expires_at',
    ],
    ['an end that is no time', { label: 'x', scopes: ['stream'], expires_at: 'never' }, 'expires_at'],
    ['an unknown field', { label: 'x', scopes: ['stream'], canary: 1 }, ''],
  ])('refuses %s, and names the field', async (_what, body, field) => {
    const { status, body: answer, text } = await post(body);
    expect(status).toBe(422);
    expect(JSON.stringify(answer['errors'])).toContain(field);
    expect(text).not.toContain('root');
  });

  test.each(['?limit=0', '?limit=501', '?cursor=x', '?canary=1'])('refuses %s', async (query) => {
    const { status, text } = await call(`/keys${query}`);
    expect(status).toBe(400);
    expect(text).not.toContain('canary');
  });
});

describe('/audit', () => {
  type Access = { at: string; accessor: string; type: string; table: string; user_id?: string };
  const accessesOf = async (query: string) =>
    ((await call(`/audit?${query}`)).body as { accesses: Access[] }).accesses;

  test('says who looked at whom, and that somebody looked at it', async () => {
    const user = randomName('ada');
    await world.vault.subjectsFor([user]);
    const label = randomName('nurse');
    const { key } = await world.keys.createKey({ label, scopes: ['stream'], users: [user] });
    await call('/users', { authorization: `Bearer ${key}` });
    const first = await accessesOf(`user_id=${user}`);
    expect(first).toEqual([
      expect.objectContaining({ accessor: `key:${label}`, type: 'list', user_id: user }),
    ]);
    expect(await accessesOf(`user_id=${user}&accessor=key:AUREN_MASTER_API_KEY`)).toEqual([
      expect.objectContaining({ table: 'phi_access_log', user_id: user }),
    ]);
    expect(await accessesOf(`accessor=key:${label}`)).toHaveLength(1);
    const at = encodeURIComponent(first[0]?.at ?? '');
    expect(await accessesOf(`user_id=${user}&to=${at}`)).toEqual([]);
    expect(await accessesOf(`user_id=${randomName('nobody')}`)).toEqual([]);
  });

  test('pages through rows of one time without a gap or a repetition', async () => {
    const users = Array.from({ length: 5 }, () => randomName('p'));
    await world.vault.subjectsFor(users);
    const label = randomName('all');
    const { key } = await world.keys.createKey({ label, scopes: ['stream'], users });
    await call('/users', { authorization: `Bearer ${key}` });
    await call('/users', { authorization: `Bearer ${key}` });
    const seen: Access[] = [];
    let path: string | undefined = `/audit?limit=2&accessor=${encodeURIComponent(`key:${label}`)}`;
    while (path !== undefined) {
      const page = await call(path);
      seen.push(...(page.body as { accesses: Access[] }).accesses);
      path = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
    }
    const counts = Map.groupBy(seen, ({ user_id }) => user_id);
    expect([...counts.keys()].sort()).toEqual(users.sort());
    expect([...counts.values()].map((rows) => rows.length)).toEqual([2, 2, 2, 2, 2]);
    expect(seen.map(({ at }) => at)).toEqual(
      seen
        .map(({ at }) => at)
        .sort()
        .reverse(),
    );
  });

  test('names links and whoever made them', async () => {
    const user = randomName('ada');
    await world.vault.subjectsFor([user]);
    const { token } = await createSignIn({ query: world.admin.query, vault: world.vault }).createSignInLink({
      keyId: 'operator',
      accessor: 'operator:local',
      scopes: new Set(['stream']),
      users: new Set([user]),
    });
    const signedIn = await call('/session', json, { method: 'POST', body: JSON.stringify({ link: token }) });
    expect(signedIn.body).toMatchObject({ name: 'operator:local' });
    const cookie = { cookie: String(signedIn.headers.get('set-cookie')).split(';')[0] ?? '' };
    await call('/users', cookie);
    expect(await accessesOf(`user_id=${user}`)).toMatchObject([{ accessor: 'operator:local' }]);
  });

  test.each([
    '?limit=0',
    '?cursor=x',
    '?from=yesterday',
    `?from=${testTime(1)}&to=${testTime()}`,
    '?canary=1',
    '?user_id=a&user_id=b',
  ])('refuses %s', async (query) => {
    const { status, text } = await call(`/audit${query}`);
    expect(status).toBe(400);
    expect(text).not.toMatch(/canary|yesterday/);
  });
});

describe('/pipeline', () => {
  type Pipeline = {
    topics: { topic: string; partition: number; next_offset: number | null; lag: number }[];
    dead_letters: { topic: string; reason: string; field?: string; count: number }[];
    outboxes: { service: string; pending: number; parked: number; oldest_seconds: number | null }[];
    jobs: unknown[];
    rates: { events_per_minute: number; decisions_per_minute: number };
    services: { name: string; status: string }[];
  };
  /** As it will be when what was read before is no longer fresh. */
  const settled = (holds: (pipeline: Pipeline) => boolean) =>
    until('the pipeline shows it', async () => {
      const pipeline = (await call('/pipeline')).body as Pipeline;
      return holds(pipeline) ? pipeline : undefined;
    });

  test('shows lag, dead letters, outboxes, rates and health, and no data of anybody', async () => {
    const topic = world.names.events;
    const canary = randomName('canary');
    const sent = Array.from({ length: 4 }, () => {
      const event = buildEvent({ user_id: canary });
      return world.signed(topic, canary, event);
    });
    await world.publish(...sent);
    const letter = (offset: number, reason: string, path?: string) =>
      deadLetterMessage(
        {
          topic,
          partition: 0,
          offset,
          key: Buffer.from(canary),
          value: Buffer.from(canary),
          headers: {},
          brokerTime: 0,
        },
        { reason, attempt: 1, at: Date.now(), ...(path && { fault: { path, message: 'is missing' } }) },
      );
    await world.publish(
      letter(0, 'invalid', 'timestamp'),
      letter(1, 'invalid', 'timestamp'),
      letter(2, 'unreadable'),
    );
    await world.admin.query(
      `insert into cognition.positions (consumer, topic, partition, next_offset, cluster_id)
       values ('decisions', $1, 0, 0, 'c')`,
      [topic],
    );
    await world.admin.query(
      `insert into alerts.outbox (ce_id, topic, sealed, parked_at) values ('a', 't', '\\x00', null), ('b', 't', '\\x00', now())`,
    );
    const pipeline = await settled(
      ({ dead_letters, outboxes }) => dead_letters.length >= 2 && outboxes[2]?.parked === 1,
    );

    const lags = pipeline.topics.filter((one) => one.topic === topic);
    expect(lags).toHaveLength(3);
    expect(lags.map(({ next_offset }) => next_offset)).toEqual([0, null, null]);
    expect(lags.reduce((sum, { lag }) => sum + lag, 0)).toBe(4);
    expect(pipeline.rates.events_per_minute).toBe(4);
    expect(pipeline.dead_letters).toMatchObject([
      { topic, reason: 'invalid', field: 'timestamp', count: 2 },
      { topic, reason: 'unreadable', count: 1 },
    ]);
    expect(pipeline.outboxes).toEqual([
      { service: 'webhook-ingest', pending: 0, parked: 0, oldest_seconds: null },
      { service: 'cognition', pending: 0, parked: 0, oldest_seconds: null },
      { service: 'alerts', pending: 1, parked: 1, oldest_seconds: expect.any(Number) as number },
    ]);
    expect(pipeline.services).toEqual([
      { name: 'cognition', status: 'unhealthy' },
      { name: 'alerts', status: 'unreachable' },
      { name: 'stream-gateway', status: 'healthy' },
    ]);
    expect(JSON.stringify(pipeline)).not.toContain(canary);

    await world.publish(letter(3, 'unreadable'));
    await world.admin.query(`update cognition.positions set next_offset = 4 where topic = $1`, [topic]);
    const later = await settled(({ dead_letters }) =>
      dead_letters.some(({ count, reason }) => reason === 'unreadable' && count === 2),
    );
    expect(later.dead_letters).toHaveLength(2);
  });

  test('counts jobs by name', async () => {
    await world.admin.query(`select graphile_worker.add_job('renew_subscriptions', '{}'::json)`);
    const { jobs } = await settled((pipeline) => pipeline.jobs.length > 0);
    expect(jobs).toEqual([
      { name: 'renew_subscriptions', pending: 1, failing: 0, oldest_seconds: expect.any(Number) as number },
    ]);
  });

  test('refuses parameters', async () => {
    expect((await call('/pipeline?x=1')).status).toBe(400);
  });
});
