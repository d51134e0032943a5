import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type ReceivedNotice = { readonly headers: IncomingHttpHeaders; readonly body: string };
export type Receiver = {
  readonly url: string;
  readonly received: readonly ReceivedNotice[];
  /** When so many notices are there. */
  readonly has: (count: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A webhook that answers with these statuses one after the other, then 204, and Oura's challenge with the token `ours`. */
export async function startReceiver(statuses: readonly number[] = []): Promise<Receiver> {
  const received: ReceivedNotice[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://receiver');
    if (request.method === 'GET') {
      const isOurs = url.searchParams.get('verification_token') === 'ours';
      response.writeHead(isOurs ? 200 : 401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ challenge: url.searchParams.get('challenge') }));
      return;
    }
    void text(request).then((body) => {
      received.push({ headers: request.headers, body });
      response.writeHead(statuses[received.length - 1] ?? 204).end();
      for (const { count, resolve } of waiting) if (received.length >= count) resolve();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    has(count) {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      waiting.push({ count, resolve: () => resolve(undefined) });
      if (received.length >= count) resolve(undefined);
      return promise;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
