import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { certificate, certificateKey } from './certificate.ts';

export type ReceivedRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Of the answer; null when it misbehaved and gave none. */
  readonly status: number | null;
};

type Verdict = { readonly status: number; readonly body?: string };

/** An answer on demand in place of the receiver's own. */
export type Behaviour =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Never answers. */
  | 'hang'
  /** 200, and a body without an end. */
  | 'endless'
  /** 200, and a body of which only the beginning comes. */
  | 'stalled'
  /** Closes the connection without an answer. */
  | 'cut'
  /** Begins an answer that has more headers than anybody needs. */
  | 'headers';

export type Receiver = {
  readonly url: string;
  readonly port: number;
  /** Every request, also those that it refused or left without an answer. */
  readonly requests: readonly ReceivedRequest[];
  /** From now on; undefined: as the real one. */
  readonly behave: (behaviour: Behaviour | undefined) => void;
  readonly close: () => Promise<void>;
};

export type ReceiverPlace = { readonly host?: string; readonly port?: number; readonly tls?: boolean };

/** An HTTP server on loopback that judges requests as a real receiver would, and misbehaves on demand. */
export async function startReceiver(
  judge: (request: Omit<ReceivedRequest, 'status'>) => Verdict,
  { host = '127.0.0.1', port = 0, tls = false }: ReceiverPlace = {},
): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  let behaviour: Behaviour | undefined;
  const handle = async (incoming: IncomingMessage, response: ServerResponse) => {
    const request = await readRequest(incoming);
    if (behaviour === undefined || typeof behaviour === 'object') {
      const { status, headers, body } = { headers: {}, body: '', ...(behaviour ?? judge(request)) };
      requests.push({ ...request, status });
      response.writeHead(status, headers).end(body);
    } else {
      requests.push({ ...request, status: null });
      await misbehave(behaviour, response);
    }
  };
  const listener = (incoming: IncomingMessage, response: ServerResponse) => {
    // A connection that breaks ends the request and nothing else.
    handle(incoming, response).catch(() => response.destroy());
  };
  const server = tls
    ? createHttps({ cert: certificate, key: certificateKey }, listener)
    : createHttp(listener);
  server.listen(port, host);
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `${tls ? 'https' : 'http'}://${host}:${bound}`,
    port: bound,
    requests,
    behave: (next) => {
      behaviour = next;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<Omit<ReceivedRequest, 'status'>> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const { method = '', url = '', headers } = incoming;
  return { method, path: url, headers, body: Buffer.concat(chunks).toString() };
}

async function misbehave(behaviour: Exclude<Behaviour, object>, response: ServerResponse): Promise<void> {
  switch (behaviour) {
    case 'hang':
      return;
    case 'cut':
      response.destroy();
      return;
    case 'headers':
      response.writeHead(200, { 'x-much': 'x'.repeat(100_000) }).end();
      return;
    case 'stalled':
      response.writeHead(200, { 'content-length': '1000' }).write('o');
      return;
    case 'endless':
      response.writeHead(200);
      while (!response.destroyed) {
        if (!response.write('endless '.repeat(1_000)))
          await Promise.race([once(response, 'drain'), once(response, 'close')]);
        await turn();
      }
  }
}

/** The body as JSON; undefined where it is none. */
export function jsonOf({ body }: Pick<ReceivedRequest, 'body'>): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
