import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { runFeed } from './feed.ts';

type Received = { readonly path: string; readonly key: string | undefined; readonly body: unknown };

const stopping = new AbortController();
afterEach(() => stopping.abort());

async function receive(request: IncomingMessage): Promise<Received> {
  const { url = '', headers } = request;
  return { path: url, key: headers.authorization, body: JSON.parse(await text(request)) };
}

it('posts to the webhook of each device, tells of a refusal without the body, and stops', async () => {
  const received: Received[] = [];
  const reports: string[] = [];
  const server = createServer((request, response) => {
    void receive(request).then((one) => {
      received.push(one);
      response.writeHead(received.length < 4 ? 202 : 422).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const edgeUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const report = (line: string) => {
    reports.push(line);
    stopping.abort();
  };

  await runFeed({ edgeUrl, apiKey: 'key-1', seed: 1, report, signal: stopping.signal });
  server.closeAllConnections();
  server.close();

  expect(reports).toEqual(['demo feed: answered 422']);
  expect(received).toHaveLength(4);
  for (const { path, key, body } of received) {
    expect(path).toMatch(/^\/webhooks\/(oura|whoop|apple|manual)$/);
    expect(key).toBe('Bearer key-1');
    expect(body).toHaveProperty('device_id', expect.stringContaining(path.split('/')[2] ?? '?'));
  }
});
