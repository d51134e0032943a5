import { createServer, request, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createEdge } from './serve-edge.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An edge in front of one service that stands for all four. */
async function edgeBefore(
  service: RequestListener,
): Promise<{ edge: string; service: Server; reports: string[] }> {
  const upstream = createServer(service);
  const origin = await listen(upstream);
  const reports: string[] = [];
  const origins = { ingest: origin, cognition: origin, alerts: origin, gateway: origin };
  const edge = await listen(createEdge({ origins, report: (line) => reports.push(line) }));
  return { edge, service: upstream, reports };
}

/** Opens a stream and hands over its answer as soon as the headers are there. */
function open(url: string): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request(url, resolve).once('error', reject).end();
  return promise;
}

describe('the edge', () => {
  it('passes method, path, query, body and answer on', async () => {
    const { edge } = await edgeBefore((incoming, response) => {
      incoming.setEncoding('utf8').once('data', (body) => {
        response.writeHead(202, { 'x-seen': `${incoming.method} ${incoming.url}` }).end(`got ${body}`);
      });
    });
    const response = await fetch(`${edge}/webhooks/oura?x=1`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(202);
    expect(response.headers.get('x-seen')).toBe('POST /webhooks/oura?x=1');
    expect(await response.text()).toBe('got {}');
  });

  it('tells the service its own view of the client, not what the client claims', async () => {
    const { edge } = await edgeBefore((incoming, response) => {
      response.end(JSON.stringify([incoming.headers['x-forwarded-for'], incoming.headers.forwarded ?? null]));
    });
    const response = await fetch(`${edge}/alerts`, {
      headers: { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9' },
    });
    expect(await response.json()).toEqual(['127.0.0.1', null]);
  });

  it('keeps what is for operations from the public', async () => {
    const { edge } = await edgeBefore((_, response) => response.end('secret figures'));
    const response = await fetch(`${edge}/metrics`);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });

  it('answers 503 with Retry-After for a service that is down', async () => {
    const { edge, service, reports } = await edgeBefore((_, response) => response.end());
    service.close();
    const response = await fetch(`${edge}/alerts?user_id=somebody`);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(reports).toEqual(['alerts does not answer: ECONNREFUSED']);
  });

  it('hands over a refusal that comes before the body is read', async () => {
    const { edge } = await edgeBefore((incoming, response) => {
      response.writeHead(413).end('too large');
      incoming.resume();
    });
    const response = await fetch(`${edge}/webhooks/oura`, { method: 'POST', body: Buffer.alloc(3_000_000) });
    expect(response.status).toBe(413);
  });
});

describe('a stream through the edge', () => {
  it('sends the headers before the first frame, and every frame at once', async () => {
    let send = (frame: string): unknown => frame;
    const { edge } = await edgeBefore((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      send = (frame) => response.write(frame);
    });
    const stream = await open(`${edge}/stream`);
    expect(stream.headers['content-type']).toBe('text/event-stream');
    const frame = new Promise((resolve) => stream.setEncoding('utf8').once('data', resolve));
    send('data: 1\n\n');
    expect(await frame).toBe('data: 1\n\n');
    stream.destroy();
  });

  it('breaks off when its service dies, so that the client connects again', async () => {
    const { edge, service } = await edgeBefore((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
    });
    const stream = await open(`${edge}/stream`);
    const broken = new Promise((resolve) => stream.resume().once('error', resolve));
    service.closeAllConnections();
    expect(await broken).toMatchObject({ code: 'ECONNRESET' });
  });

  it('ends the request to the service when the client goes away', async () => {
    const { promise: gone, resolve } = Promise.withResolvers<string>();
    const { edge } = await edgeBefore((_, response) => {
      response.writeHead(200).flushHeaders();
      response.once('close', () => resolve('closed'));
    });
    const stream = await open(`${edge}/stream`);
    stream.destroy();
    expect(await gone).toBe('closed');
  });
});
