import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { createLogger, currentTrace, problem, serveHttp } from '../src/index.ts';
import { CodedError } from '@bridge/core';
import express, { type Express } from 'express';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { json, serve } from './serve-app.ts';

describe('errors', () => {
  const routes = (app: Express) => {
    app.post('/events/:user_id', express.json({ limit: 100 }), (_req, res) => void res.json({}));
    app.get('/away/:user_id', () =>
      Promise.reject(Object.assign(new Error('Canary'), { code: 'ECONNREFUSED' })),
    );
    app.get('/conflict', () => Promise.reject(new CodedError('BB002', 'conflict', 'Changed.')));
    app.get('/bug/:user_id', () => Promise.reject(new TypeError('Canary is not a function')));
    app.get('/invalid', (_req, res) =>
      problem(res, {
        status: 422,
        detail: 'Fields do not validate.',
        errors: [{ path: 'hrv', message: 'is not a number' }],
      }),
    );
  };

  it.each([
    ['an unknown route', 'GET', '/canary', undefined, 404, 'Not Found'],
    ['malformed JSON', 'POST', '/events/canary', '{"Canary', 400, 'Malformed JSON'],
    ['a body over the limit', 'POST', '/events/canary', `"${'x'.repeat(200)}"`, 413, 'Payload Too Large'],
    ['a path that does not decode', 'POST', '/events/%zz', '{}', 400, 'Bad Request'],
    ['a store that is away', 'GET', '/away/canary', undefined, 503, 'Service Unavailable'],
    ['a conflict that outlived its retries', 'GET', '/conflict', undefined, 503, 'Service Unavailable'],
    ['a bug', 'GET', '/bug/canary', undefined, 500, 'Internal Server Error'],
  ])('%s is a problem document', async (_what, method, path, body, status, title) => {
    const { url, logged } = await serve(routes);
    const response = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.has('retry-after')).toBe(status === 503);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ title, status });
    expect(JSON.parse(text)).toHaveProperty('type', expect.stringMatching(/^\/docs#problem-[a-z-]+$/));
    expect(text + logged()).not.toMatch(/canary/i);
  });

  it.each([
    ['/events/a', 'GET', 'POST'],
    ['/events/a', 'HEAD', 'POST'],
    ['/conflict', 'POST', 'GET, HEAD'],
    ['/conflict/', 'PROPFIND', 'GET, HEAD'],
  ])('%s with %s is answered 405 with what it takes', async (path, method, allow) => {
    const { url } = await serve(routes);
    const response = await fetch(url + path, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const text = await response.text();
    if (method !== 'HEAD')
      expect(JSON.parse(text)).toMatchObject({ status: 405, title: 'Method Not Allowed' });
  });

  it('HEAD is answered as GET, without the body', async () => {
    const { url } = await serve(routes);
    const response = await fetch(`${url}/invalid`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([422, '']);
  });

  const packed = gzipSync('{"canary":1}');
  it.each([
    ['malformed JSON', '{"canary', {}, 400, 'Send one JSON value in UTF-8.'],
    [
      'more than its limit',
      `"${'canary'.repeat(20)}"`,
      {},
      413,
      'Send a body of at most 100 bytes, unpacked.',
    ],
    [
      'more than its limit unpacked',
      gzipSync(' '.repeat(101)),
      { 'content-encoding': 'gzip' },
      413,
      '100 bytes',
    ],
    [
      'an encoding that nobody reads',
      '{}',
      { 'content-encoding': 'canary' },
      415,
      'content encoding is unknown',
    ],
    ['another charset', '{}', { 'content-type': 'application/json; charset=canary' }, 415, 'in UTF-8'],
    ['truncated gzip', packed.subarray(0, 20), { 'content-encoding': 'gzip' }, 400, 'is cut off'],
    [
      'gzip that is none',
      '{"canary":1}',
      { 'content-encoding': 'gzip' },
      400,
      'what its content encoding says',
    ],
    [
      'brotli that is none',
      '{"canary":1}',
      { 'content-encoding': 'br' },
      400,
      'what its content encoding says',
    ],
  ])('a body with %s is told why', async (_what, body, headers, status, detail) => {
    const { url } = await serve(routes);
    const response = await fetch(`${url}/events/a`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    const document = await json(response);
    expect(document).toMatchObject({ status, detail: expect.stringContaining(detail) as string });
    expect(JSON.stringify(document)).not.toContain('canary');
  });

  it('a path that does not decode is told why', async () => {
    const { url } = await serve(routes);
    const response = await fetch(`${url}/events/%zz`, { method: 'POST' });
    expect(await json(response)).toMatchObject({ detail: expect.stringContaining('hexadecimal') as string });
  });

  it('lists fields by path and rule', async () => {
    const { url } = await serve(routes);
    expect(await json(await fetch(`${url}/invalid`))).toMatchObject({
      status: 422,
      errors: [{ path: 'hrv', message: 'is not a number' }],
    });
  });

  it('cuts the connection when the answer has begun', async () => {
    const { url } = await serve((app) => {
      app.get('/half', (_req, res) => {
        res.write('half');
        throw new Error('Canary');
      });
    });
    await expect(fetch(`${url}/half`).then((response) => response.text())).rejects.toThrow();
  });
});

describe('requests', () => {
  it('are logged and measured by route template', async () => {
    const { url, metrics, logged } = await serve((app) => {
      const router = express.Router();
      router.get('/:part', (_req, res) => void res.json({}));
      app.get('/users/:user_id/state', (_req, res) => void res.json({}));
      app.use('/people/:user_id', router);
    });
    await fetch(`${url}/users/canary/state?user_id=canary`, {
      method: 'GET',
      headers: { 'user-agent': 'canary' },
    });
    await fetch(`${url}/people/canary/state`);
    await fetch(`${url}/canary`, { method: 'PROPFIND' });
    const text = await metrics.metrics();
    expect(text).toContain(
      'http_request_duration_seconds_count{method="GET",route="/users/:user_id/state",status="200"} 1',
    );
    expect(text).toContain(
      'http_request_duration_seconds_count{method="OTHER",route="unmatched",status="404"} 1',
    );
    expect(text + logged()).not.toContain('canary');
  });

  it('continue the trace of the caller, up to the answer', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const { url, logged } = await serve((app) => {
      app.get('/trace', async (_req, res) => {
        await sleep(1);
        res.json({ traceparent: currentTrace()?.traceparent });
      });
    });
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    const { traceparent } = await json(await fetch(`${url}/trace`, { headers }));
    expect(traceparent).toMatch(new RegExp(`^00-${traceId}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`));
    expect(await json(await fetch(`${url}/nowhere`, { headers }))).toMatchObject({ trace_id: traceId });
    expect(logged()).toContain(`"trace_id":"${traceId}"`);
  });

  it('get headers that keep answers out of caches and foreign code out of pages', async () => {
    const { url } = await serve((app) => app.get('/', (_req, res) => void res.json({})));
    const { headers } = await fetch(url);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.has('x-powered-by')).toBe(false);
  });
});

describe('serveHttp', () => {
  it('finishes requests in flight before it is closed', async () => {
    const { server, url } = await serve((app) => {
      app.get('/slow', async (_req, res) => {
        await sleep(200);
        res.json({ done: true });
      });
    });
    const slow = fetch(`${url}/slow`);
    await sleep(50);
    const begin = performance.now();
    const closed = server.close();
    expect(await json(await slow)).toEqual({ done: true });
    await closed;
    expect(performance.now() - begin).toBeLessThan(1_000);
    await expect(fetch(`${url}/slow`)).rejects.toThrow();
  });

  it('cuts what outlasts its drain', async () => {
    const { server, url } = await serve((app) => void app.get('/hang', () => {}), 100);
    const hang = new Promise((resolve) => get(`${url}/hang`).once('error', resolve));
    await sleep(50);
    await server.close();
    expect(await hang).toBeInstanceOf(Error);
  });

  it('names a port that is in use', async () => {
    const { server } = await serve(() => {});
    const log = createLogger({
      service: 'test',
      destination: new Writable({ write: (_c, _e, done) => done() }),
    });
    await expect(serveHttp(express(), { host: '127.0.0.1', port: server.port }, log)).rejects.toMatchObject({
      code: 'port_in_use',
      message: `Port ${server.port} is in use by another process.`,
    });
  });
});
