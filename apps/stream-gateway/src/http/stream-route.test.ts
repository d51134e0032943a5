import { Registry } from 'prom-client';
import { serveHttp, createHttpApp, mountErrors } from '@bridge/service-runtime';
import { silentLog } from '@bridge/testing';
import { onTestFinished, expect, test } from 'vitest';
import { createFeed } from '../domain/feed.ts';
import { createStreamMetrics } from '../stream-metrics.ts';
import { createOpenStreams } from './open-streams.ts';
import { mountStream } from './stream-route.ts';

/** A gateway that one subscriber fills; `reading`: whether it knows where the topics stand. */
async function gateway({ reading = true } = {}) {
  const metrics = new Registry();
  const feed = createFeed(['t'], { frames: 10, bytes: 1_000 });
  if (reading) feed.begin('cluster', { t: { 0: 0 } });
  const principal = {
    keyId: 'k',
    accessor: 'key:k',
    scopes: new Set(['stream'] as const),
    users: new Set(['ada']),
  };
  const streams = createOpenStreams({
    authenticate: () => ({ ok: true, principal, by: 'key' }),
    feed,
    log: silentLog,
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
    observed: createStreamMetrics(metrics, () => streams.size),
    limits: { bufferBytes: 1_000, maxSubscribers: 1 },
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
  ['/stream?user_id=ada', { reading: false }, 503],
])('HEAD %s with %j is answered %i, as GET is', async (path, options, status) => {
  const { url } = await gateway(options);
  for (const method of ['HEAD', 'GET']) {
    const answer = await fetch(url + path, { method });
    await answer.body?.cancel();
    expect(answer.status).toBe(status);
  }
});

test('other methods are answered 405', async () => {
  const { url } = await gateway();
  const answer = await fetch(`${url}/stream`, { method: 'POST' });
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});
