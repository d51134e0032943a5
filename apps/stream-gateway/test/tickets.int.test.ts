import { connect } from 'node:net';
import { randomName } from '@bridge/testing';
import { expect, onTestFinished, test } from 'vitest';
import { until } from './follow-stream.ts';
import { admin, useGateway } from './stream-suite.ts';

const suite = useGateway();
const { follow, sendEvent } = suite;

async function askForTicket(headers: Record<string, string>, method = 'POST') {
  const answer = await fetch(`${suite.gateway.url}/stream/ticket`, { method, headers });
  const body = (await answer.json()) as { ticket: string; expires_at: string };
  return { status: answer.status, ...body };
}

const statusOf = async (query: string) => {
  const answer = await fetch(`${suite.gateway.url}/stream${query}`);
  await answer.body?.cancel();
  return answer.status;
};

test.each(['GET', 'POST'])('a ticket by %s opens one stream as its owner', async (method) => {
  const user = randomName('ada');
  const { headers } = await suite.world.headersOf(['stream'], [user]);
  const { ticket, expires_at } = await askForTicket(headers, method);
  expect(Date.parse(expires_at)).toBeGreaterThan(0);
  expect(await statusOf(`?ticket=${ticket}&user_id=bob`)).toBe(403);
  const { ticket: second } = await askForTicket(headers, method);
  const stream = await follow(`?ticket=${second}`, {});
  await sendEvent(user);
  expect((await stream.until(1))[0]).toMatchObject({ data: { user_id: user } });
  expect(await statusOf(`?ticket=${second}`)).toBe(401);
});

test('a stream that a ticket opened ends with the key', async () => {
  const { headers, keyId } = await suite.world.headersOf(['stream']);
  const { ticket } = await askForTicket(headers);
  const stream = await follow(`?ticket=${ticket}`, {});
  await suite.world.keys.revokeKey(keyId);
  await stream.ended;
  expect(stream.notices.at(-1)?.data).toEqual({ reason: 'revoked' });
});

test('a ticket needs the scope, and means nothing once its key is revoked', async () => {
  const { headers: ingest } = await suite.world.headersOf(['ingest']);
  expect((await askForTicket(ingest)).status).toBe(403);
  expect((await askForTicket({})).status).toBe(401);
  const { headers, keyId } = await suite.world.headersOf(['stream']);
  const { ticket } = await askForTicket(headers);
  await suite.world.keys.revokeKey(keyId);
  await until('it is refused', async () => (await statusOf('')) === 401 || undefined);
  await until(
    'the key is',
    async () =>
      (await fetch(`${suite.gateway.url}/stream`, { method: 'HEAD', headers })).status === 401 || undefined,
  );
  expect(await statusOf(`?ticket=${ticket}`)).toBe(401);
  expect(await statusOf('?ticket=bbt_nonsense')).toBe(401);
});

test('pages of other origins may ask if they are on the list, without cookies', async () => {
  const preflight = (origin: string) =>
    fetch(`${suite.gateway.url}/stream/ticket`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
  const allowed = await preflight('https://app.example.org');
  expect(allowed.status).toBe(204);
  expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example.org');
  expect(allowed.headers.get('access-control-allow-headers')).toContain('authorization');
  expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
  expect(allowed.headers.get('vary')).toMatch(/origin/i);
  expect((await preflight('https://evil.example.org')).headers.get('access-control-allow-origin')).toBeNull();

  const stream = await fetch(`${suite.gateway.url}/stream`, {
    headers: { ...admin, origin: 'https://app.example.org' },
  });
  expect(stream.headers.get('access-control-allow-origin')).toBe('https://app.example.org');
  await stream.body?.cancel();
});

test('half-open connections keep nobody out and are cut', async () => {
  const { port, hostname } = new URL(suite.gateway.url);
  const sockets = Array.from({ length: 300 }, (_, nr) => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined).resume();
    // Some say nothing, some begin a request and stop.
    if (nr % 2 === 0) socket.write('GET /stream HTTP/1.1\r\nHost: x\r\n');
    return socket;
  });
  onTestFinished(() => sockets.forEach((socket) => void socket.destroy()));
  const user = randomName('ada');
  const stream = await follow(`?user_id=${user}`);
  await sendEvent(user);
  expect(await stream.until(1)).toHaveLength(1);
  await until('all of them are cut', () => sockets.every(({ closed }) => closed) || undefined);
}, 30_000);

test('a query of megabytes is refused at once', async () => {
  const answer = await fetch(`${suite.gateway.url}/stream?user_id=${'x'.repeat(2_000_000)}`, {
    headers: admin,
  }).catch(() => undefined);
  expect(answer?.status ?? 431).toBe(431);
});
