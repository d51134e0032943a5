import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Response } from 'express';
import { expect, test } from 'vitest';
import { encodeFrame, encodeKeepAlive } from '../domain/sse-frame.ts';
import { createSseConnection, type SseConnection } from './sse-connection.ts';

const withId = encodeKeepAlive('v1-7');

/** The text that a subscriber has got once the stream ended. */
async function streamOf(use: (connection: SseConnection) => void): Promise<string> {
  const server = createServer((_req, res) => {
    const connection = createSseConnection(res as Response, {
      filter: { users: undefined },
      limits: { mergeBytes: 10_000, maxBytes: 20_000 },
      onEnd: () => undefined,
    });
    use(connection);
    connection.end('stopping');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const request = get({ host: '127.0.0.1', port, agent: false });
  const [response] = (await once(request, 'response')) as [AsyncIterable<Buffer>];
  let text = '';
  for await (const part of response) text += part.toString();
  server.close();
  return text;
}

test('before a stream goes on live, a keep-alive names no place: the gateway may be behind the subscriber', async () => {
  const text = await streamOf((connection) => connection.keepAlive({ withId }));
  expect(text).toContain(': ');
  expect(text).not.toContain('v1-7');
});

test('behind what was missed it names the place', async () => {
  const missed = encodeFrame({ id: 'v1-6', kind: 'event', data: '{}' });
  const text = await streamOf((connection) => {
    connection.replay([missed]);
    connection.keepAlive({ withId });
  });
  expect(text.indexOf('v1-7')).toBeGreaterThan(text.indexOf('v1-6'));
});
