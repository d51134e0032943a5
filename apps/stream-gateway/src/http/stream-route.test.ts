import { Registry } from 'prom-client';
import { serveHttp, createHttpApp, mountErrors } from '@bridge/service-runtime';
import { silentLog } from '@bridge/testing';
import { onTestFinished, expect, test, vi } from 'vitest';
import { createFeed } from '../domain/feed.ts';
import { encodeKeepAlive } from '../domain/sse-frame.ts';
import { createStreamMetrics } from '../stream-metrics.ts';
import { createOpenStreams } from './open-streams.ts';
import { mountStream } from './stream-route.ts';

/** A gateway that one subscriber fills; `reading`: whether it knows where the topics stand. */
async function gateway({ reading = true } = {}) {
  const metrics = new Registry();
  const feed = createFeed(['t'], { frames: 10, bytes: 1_000, ids: 10 });
  if (reading) feed.begin('cluster', { t: { 0: 0 } });
  const principal = {
    keyId: 'k',
    accessor: 'key:k',
    scopes: new Set(['stream'] as const),
    users: new Set(['ada']),
  };
  const authenticate = () => ({ ok: true, principal, by: 'key' }) as const;
  const erasedAmong = () => Promise.resolve(new Set<string>());
  const streams = createOpenStreams({
    authenticate,
    erasedAmong,
    feed,
    limits: { maxSubscribers: 10, perKey: 2, perAddress: 10, stallMs: 1_000 },
    log: silentLog,
    random: () => 0.5,
    tickMs: 1_000,
  });
  const accesses: unknown[] = [];
  const app = createHttpApp({ log: silentLog, metrics });
  mountStream(app, {
    requireScope: () => (_req, res, next) => {
      res.locals['principal'] = principal;
      next();
    },
    feed,
    streams,
    people: { subjectIds: () => Promise.resolve([null]) },
    recordAccess: (access) => Promise.resolve(void accesses.push(access)),
    authenticate,
    erasedAmong,
    tickets: {
      issue: () => Promise.resolve({ ticket: 'bbt_1', expiresAt: new Date(0) }),
      redeem: (ticket) =>
        Promise.resolve(ticket === 'bbt_1' ? { authorization: 'Bearer k', cookie: undefined } : undefined),
    },
    openStream: (connection) => {
      connection.write(encodeKeepAlive());
      return Promise.resolve('live');
    },
    observed: createStreamMetrics(metrics, () => streams.size),
    queue: { mergeBytes: 1_000, maxBytes: 1_000 },
    patienceMs: 50,
  });
  mountErrors(app);
  const server = await serveHttp(app, { host: '127.0.0.1', port: 0, drainMs: 0 }, silentLog);
  onTestFinished(async () => {
    streams.endAll();
    await server.close();
    await streams.close();
  });
  return { url: server.url, streams, accesses };
}

test('HEAD is answered at once, takes no place and sees nobody', async () => {
  const { url, streams, accesses } = await gateway();
  const answer = await fetch(`${url}/stream?user_id=ada`, {
    method: 'HEAD',
    signal: AbortSignal.timeout(2_000),
  });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  expect([streams.size, accesses]).toEqual([0, []]);
});

test.each([
  ['/stream', {}, 200],
  ['/stream?user_id=bob', {}, 403],
  ['/stream?colour=red', {}, 400],
  ['/stream?ticket=bbt_1', {}, 200],
  ['/stream?ticket=bbt_2', {}, 401],
  ['/stream?user_id=ada', { reading: false }, 503],
])('HEAD %s with %j is answered %i, as GET is', async (path, options, status) => {
  const { url } = await gateway(options);
  for (const method of ['HEAD', 'GET']) {
    const answer = await fetch(url + path, { method });
    await answer.body?.cancel();
    expect(answer.status).toBe(status);
  }
});

test('a key has so many streams and no more, until one of them ends', async () => {
  const { url, streams } = await gateway();
  const stop = new AbortController();
  for (const signal of [stop.signal, undefined]) await fetch(`${url}/stream`, { signal: signal ?? null });
  const answer = await fetch(`${url}/stream`);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '10']);
  expect(await answer.json()).toMatchObject({ detail: 'This key has too many streams open.' });
  stop.abort();
  await vi.waitFor(() => expect(streams.size).toBe(1));
  expect((await fetch(`${url}/stream`)).status).toBe(200);
});

test('when the gateway stops, its streams say so and ask to come back at different times', async () => {
  const { url, streams } = await gateway();
  const stream = await fetch(`${url}/stream`);
  streams.endAll();
  expect(await stream.text()).toMatch(/retry: 751\n\nevent: end\ndata: {"reason":"stopping"}\n\n$/);
  expect((await fetch(`${url}/stream`)).status).toBe(503);
});

test('other methods are answered 405', async () => {
  const { url } = await gateway();
  const answer = await fetch(`${url}/stream`, { method: 'POST' });
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});
