import { connect } from 'node:net';
import { personStateSchema, readingSeriesSchema } from '@bridge/contracts';
import { uuidArray } from '@bridge/postgres';
import { buildEvent, buildReading, randomName, testTime } from '@bridge/testing';
import { sealWith, type LiveSubject } from '@bridge/vault';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { followStream, until } from './follow-stream.ts';
import { buildInsight, createWorld, type World } from './gateway-world.ts';
import { masterKey, startGateway, type Gateway } from './start-gateway.ts';

const admin = { authorization: `Bearer ${masterKey}` };
let world: World;
let gateway: Gateway;

beforeAll(async () => {
  world = await createWorld();
  gateway = await startGateway(world);
  await until('the gateway is ready', async () => (await fetch(`${gateway.url}/ready`)).ok || undefined);
});

afterAll(async () => {
  await gateway.close();
  await world.close();
});

async function call(path: string, headers: Record<string, string> = admin, init: RequestInit = {}) {
  const response = await fetch(gateway.url + path, { headers, ...init });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
  };
}

/** A person as cognition leaves one behind: a row and a sealed event of an hour ago. */
async function store(userId: string, mode: string): Promise<LiveSubject> {
  const subject = (await world.vault.subjectsFor([userId])).get(userId);
  if (!subject || subject.erased) throw new Error('The person was not stored.');
  const { subjectId, key } = subject;
  const timestamp = new Date(Date.now() - 3_600_000).toISOString();
  const event = buildEvent({ user_id: userId, timestamp, readings: [buildReading({ value: 25 })] });
  const place = { table: 'biometric_events', column: 'payload', row: event.event_id, subject: subjectId };
  await world.admin.query(
    `insert into public.neuros_checkpoints (thread_id, version, seq, mode, state, mode_since, last_event_at)
     values ($1, 1, 4, $2, '', now(), now())`,
    [subjectId, mode],
  );
  await world.admin.query(
    `insert into public.biometric_events
       (time, event_id, subject_id, seq, source, event_type, operation, version, received_at, rules, payload)
     values ($2, $3, $1, 4, 'oura', 'readiness', 'upsert', 0, $2, 1, $4)`,
    [
      subjectId,
      event.timestamp,
      Buffer.from(event.event_id, 'hex'),
      sealWith(key, JSON.stringify(event), place),
    ],
  );
  return subject;
}

function accesses(subjectIds: readonly string[], type: string) {
  return world.admin.query<{ accessor_id: string; table_name: string }>(
    `select accessor_id, table_name from public.phi_access_log
     where user_id = any($1::uuid[]::text[]) and access_type = $2`,
    [uuidArray(subjectIds), type],
  );
}

describe('GET /users', () => {
  test('lists everyone with a mode, page by page, and writes down whom it showed', async () => {
    const [ada, bob] = [await store(randomName('ada'), 'reflex'), await store(randomName('bob'), 'pattern')];
    const listed: unknown[] = [];
    let path: string | undefined = '/users?limit=1';
    while (path !== undefined) {
      const { body, headers } = await call(path);
      listed.push(...(body['users'] as unknown[]));
      const [, next] = /^<(.+)>; rel="next"$/.exec(headers.get('link') ?? '') ?? [];
      expect(next === undefined).toBe(body['next'] === null);
      path = next;
    }
    expect(listed).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ user_id: ada.userId, mode: 'reflex', seq: 4, stale: false }),
        expect.objectContaining({ user_id: bob.userId, mode: 'pattern' }),
      ]),
    );
    expect(await accesses([ada.subjectId, bob.subjectId], 'list')).toHaveLength(2);
  });

  test('shows a limited key its own persons only, those without a state too', async () => {
    const [ada, bob, neu] = [randomName('ada'), randomName('bob'), randomName('neu')];
    await store(ada, 'guardian');
    await store(bob, 'reflex');
    await world.vault.subjectsFor([neu]);
    const { headers } = await world.headersOf(['stream'], [ada, neu, randomName('unknown')]);
    const { body } = await call('/users', headers);
    const shown = (body['users'] as { user_id: string; mode: string | null }[]).map(({ user_id, mode }) => [
      user_id,
      mode,
    ]);
    expect(new Map(shown as [string, string | null][])).toEqual(
      new Map([
        [ada, 'guardian'],
        [neu, null],
      ]),
    );
  });

  test.each([
    ['limit', '?limit=0'],
    ['limit', '?limit=x'],
    ['cursor', '?cursor=%25'],
    ['mode', '?mode=calm'],
    ['alerting', '?alerting=yes'],
    ['(query)', '?secret-of-ada=1'],
  ])('refuses a bad %s, and repeats nothing', async (path, query) => {
    const { status, body } = await call(`/users${query}`);
    expect([status, body['type']]).toEqual([400, '/docs#problem-bad-request']);
    expect(body['errors']).toMatchObject([{ path }]);
    expect(JSON.stringify(body)).not.toMatch(/calm|ada/);
  });

  test('is answered 405 for another method, with those that it takes', async () => {
    const { status, headers, body } = await call('/users', admin, { method: 'POST' });
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(body['type']).toBe('/docs#problem-method-not-allowed');
  });
});

describe('GET /users/{user_id}/state', () => {
  test('shows mode and the newest readings, and writes it down', async () => {
    const user = `${randomName('ada')}/ä b`;
    const { subjectId } = await store(user, 'reflex');
    const { status, body } = await call(`/users/${encodeURIComponent(user)}/state`);
    expect(status).toBe(200);
    expect(personStateSchema.parse(body)).toMatchObject({
      user_id: user,
      mode: 'reflex',
      alerts: [],
      readings: [{ metric: 'hrv_rmssd', value: 25, unit: 'ms', source: 'oura' }],
    });
    expect(await accesses([subjectId], 'read')).toEqual([
      { accessor_id: 'master', table_name: 'neuros_checkpoints' },
    ]);
    expect(JSON.stringify(gateway.log.lines)).not.toContain(user);
    expect(await gateway.metrics.metrics()).toContain('route="/users/:user_id/state"');
  });

  test('is 404 for an unknown person, who is not created, and 403 for a key of someone else', async () => {
    const unknown = randomName('unknown');
    expect((await call(`/users/${unknown}/state`)).status).toBe(404);
    expect((await world.vault.find([unknown])).size).toBe(0);
    const { headers } = await world.headersOf(['stream'], ['ada']);
    for (const what of ['state', 'readings?metric=spo2', 'sleep', 'transitions', 'insights']) {
      expect((await call(`/users/${unknown}/${what}`, headers)).status).toBe(403);
    }
  });
});

describe('GET /users/{user_id}/readings', () => {
  test('shows a metric over time', async () => {
    const user = randomName('ada');
    await store(user, 'pattern');
    const { status, body } = await call(`/users/${user}/readings?metric=hrv_rmssd&resolution=1h`);
    expect(status).toBe(200);
    expect(readingSeriesSchema.parse(body)).toMatchObject({
      ...{ metric: 'hrv_rmssd', unit: 'ms', resolution: '1h', devices: [{ source: 'oura' }] },
      points: [{ min: 25, median: 25, max: 25, count: 1 }],
    });
    expect((await call(`/users/${user}/sleep`)).body).toEqual({ nights: [], next: null });
    expect((await call(`/users/${user}/transitions`)).body).toEqual({ transitions: [], next: null });
  });

  const [yearAgo, dayAgo, today] = [365, 1, 0].map((days) => testTime(-days * 24 * 60));
  test.each([
    ['metric', ''],
    ['metric', '?metric=no_such_metric'],
    ['from', `?metric=spo2&from=${today}&to=${dayAgo}`],
    ['from', '?metric=spo2&from=yesterday'],
    ['resolution', '?metric=spo2&resolution=1ms'],
    ['resolution', `?metric=spo2&resolution=5m&from=${yearAgo}&to=${today}`],
  ])('refuses a bad %s', async (path, query) => {
    const { status, body } = await call(`/users/ada/readings${query}`);
    expect(status).toBe(400);
    expect(body['errors']).toMatchObject([{ path }]);
    expect(JSON.stringify(body)).not.toMatch(/no_such|yesterday/);
  });

  test('refuses 50 MB of query without reading them', async () => {
    const before = process.memoryUsage().rss;
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET /users/ada/readings?metric=`);
    const megabyte = 'x'.repeat(1024 * 1024);
    let answered = '';
    socket.on('data', (part) => (answered += part.toString()));
    // The server closes the connection long before everything is sent.
    socket.on('error', () => undefined);
    for (let sent = 0; sent < 50 && answered === '' && !socket.destroyed; sent += 1) {
      await new Promise((resolve) => socket.write(megabyte, resolve));
    }
    socket.destroy();
    expect(answered === '' || answered.startsWith('HTTP/1.1 431')).toBe(true);
    expect((await call('/session')).status).toBe(200);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });
});

describe('GET /decisions/{id}', () => {
  test('is 404 for an unknown id and 400 for none', async () => {
    expect((await call(`/decisions/${'0'.repeat(32)}`)).status).toBe(404);
    expect((await call('/decisions/42')).status).toBe(400);
  });
});

test('a key has one budget, and is told what is left', async () => {
  const small = await startGateway(world, { requestsPerMinute: 2 });
  const { headers } = await world.headersOf(['stream'], ['ada']);
  const ask = (path: string) => fetch(small.url + path, { headers });
  const first = await ask('/users');
  expect(first.headers.get('ratelimit-policy')).toBe('"key";q=2;w=60');
  expect(first.headers.get('ratelimit')).toMatch(/^"key";r=1;t=\d+$/);
  expect((await ask('/users/bob/state')).status).toBe(403);
  const third = await ask('/users');
  expect([third.status, third.headers.has('retry-after')]).toEqual([429, true]);
  const { headers: others } = await world.headersOf(['stream'], ['ada']);
  expect((await fetch(`${small.url}/users`, { headers: others })).status).toBe(200);
  await small.close();
});

describe('the description of the API', () => {
  test('is served to programs and to people, without a key', async () => {
    const { status, body } = await call('/openapi.json', {});
    expect([status, body['openapi']]).toEqual([200, '3.1.0']);
    const page = await fetch(`${gateway.url}/docs`);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+';/,
    );
    expect(await page.text()).toContain('GET /users/{user_id}/readings');
  });
});

describe('GET /users/{user_id}/insights', () => {
  /** As cognition leaves them behind: two of the decision 7, one of 8. */
  async function storeInsights(userId: string) {
    const { subjectId, key } = await store(userId, 'pattern');
    const places = [
      { seq: 7, place: 0 },
      { seq: 7, place: 1 },
      { seq: 8, place: 0 },
    ];
    const stored = places.map(({ seq, place }) => ({
      place,
      insight: buildInsight({ user_id: userId, seq }),
    }));
    for (const { place, insight } of stored) {
      const row = insight.insight_id;
      const where = { table: 'insights', column: 'insight', row, subject: subjectId };
      await world.admin.query('insert into public.insights values ($1, $2, $3, $4, $5, $6)', [
        insight.at,
        Buffer.from(row, 'hex'),
        subjectId,
        insight.seq,
        place,
        sealWith(key, JSON.stringify(insight), where),
      ]);
    }
    return { subjectId, insights: stored.map(({ insight }) => insight) };
  }

  test('lists them latest first, page by page, and writes it down', async () => {
    const user = randomName('ada');
    const { subjectId, insights } = await storeInsights(user);
    const first = await call(`/users/${user}/insights?limit=2`);
    expect(first.body['insights']).toEqual([insights[2], insights[1]]);
    const second = await call(`/users/${user}/insights?limit=2&cursor=${String(first.body['next'])}`);
    expect(second.body).toEqual({ insights: [insights[0]], next: null });
    const read = { accessor_id: 'master', table_name: 'insights' };
    expect(await accesses([subjectId], 'read')).toEqual([read, read]);
  });

  test("are nobody else's", async () => {
    const user = randomName('ada');
    const { subjectId, insights } = await storeInsights(user);
    const { headers: others } = await world.headersOf(['stream'], [randomName('bob')]);
    const { headers: own } = await world.headersOf(['stream'], [user]);
    const { headers: ingest } = await world.headersOf(['ingest'], [user]);
    const path = `/users/${user}/insights`;
    expect((await call(path, others)).status).toBe(403);
    expect((await call(path, ingest)).status).toBe(403);
    expect((await call(path, {})).status).toBe(401);
    expect(await accesses([subjectId], 'read')).toEqual([]);
    expect((await call(path, own)).body).toEqual({ insights: insights.toReversed(), next: null });
  });

  test.each(['?limit=0', '?limit=501', '?before=7.1', '?cursor=Nw'])('refuses %s', async (query) => {
    expect((await call(`/users/ada/insights${query}`)).status).toBe(400);
  });

  test('is 404 for an unknown person', async () => {
    expect((await call(`/users/${randomName('unknown')}/insights`)).status).toBe(404);
  });
});

describe('sign-in', () => {
  const json = { 'content-type': 'application/json' };
  const exchange = (link: unknown) =>
    call('/session', json, { method: 'POST', body: JSON.stringify({ link }) });

  async function linkOf(headers: Record<string, string>): Promise<string> {
    const { status, body } = await call('/session/links', headers, { method: 'POST' });
    expect(status).toBe(201);
    return String(body['path']).replace('/#sign-in=', '');
  }

  test('exchanges a link once for a cookie that opens the stream of its key', async () => {
    const user = randomName('ada');
    const { headers } = await world.headersOf(['stream'], [user]);
    const link = await linkOf(headers);
    const signedIn = await exchange(link);
    expect(signedIn).toMatchObject({ status: 200, body: { scopes: ['stream'], users: [user] } });
    const setCookie = String(signedIn.headers.get('set-cookie'));
    expect(setCookie).toMatch(/HttpOnly; SameSite=Strict/);
    const cookie = { cookie: setCookie.split(';')[0] ?? '' };
    expect((await exchange(link)).status).toBe(401);

    expect((await call('/session', cookie)).body).toEqual({ scopes: ['stream'], users: [user] });
    const stream = await followStream(`${gateway.url}/stream`, cookie);
    const elsewhere = { ...cookie, 'sec-fetch-site': 'cross-site' };
    expect((await call('/users', elsewhere)).status).toBe(403);

    expect((await call('/session', cookie, { method: 'DELETE' })).status).toBe(204);
    await stream.ended;
    expect((await call('/session', cookie)).status).toBe(401);
  });

  test.each([
    ['an unknown link', `bbl_${'a'.repeat(43)}`, 401],
    ['nonsense', 'x', 401],
    ['a number', 7, 422],
    ['nothing', undefined, 422],
  ])('refuses %s', async (_what, link, status) => {
    const answer = await exchange(link);
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).not.toContain('bbl_');
  });
});

test('the page and its parts are served, and keep to their own origin', async () => {
  const page = await fetch(`${gateway.url}/`);
  const html = await page.text();
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(html).not.toMatch(/https?:\/\/|style=|onclick=/);
  for (const [, path] of html.matchAll(/(?:src|href)="([^"#]+)"/g)) {
    expect((await fetch(`${gateway.url}/${String(path)}`)).status).toBe(200);
  }
});
