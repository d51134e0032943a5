import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError, type Closeable, type Log } from '@bridge/core';

export type HttpServer = Closeable & {
  readonly port: number;
  /** `http://host:port` */
  readonly url: string;
};

export type Listen = {
  host: string;
  /** 0 takes a free port. */
  port: number;
  /** In milliseconds from its first byte to its last; 30 s unless given. Its headers have 30 s at most in any case. */
  requestTimeoutMs?: number;
  /** For the headers of a request, from the connection on, in milliseconds; 30 s unless given. */
  headersTimeoutMs?: number;
  /** How long `close` waits for requests in flight before it cuts them. */
  drainMs?: number;
};

/** Longer than nginx keeps its upstream connections (60 s), so that it never reuses one that is being closed. */
const keepAliveMs = 65_000;
const longestHeadersMs = 30_000;
const idleSweepMs = 50;

/** Serves an app. `close` stops accepting, ends idle connections, waits for requests in flight, then cuts the rest. */
export async function serveHttp(
  app: RequestListener,
  {
    host,
    port,
    requestTimeoutMs = longestHeadersMs,
    headersTimeoutMs = longestHeadersMs,
    drainMs = 10_000,
  }: Listen,
  log: Log,
): Promise<HttpServer> {
  const server = createServer(
    {
      keepAliveTimeout: keepAliveMs,
      headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
      requestTimeout: requestTimeoutMs,
      // How often Node looks for connections that are over these times.
      connectionsCheckingInterval: Math.min(headersTimeoutMs, longestHeadersMs) / 2,
    },
    app,
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, port)));
    server.listen(port, host, resolve);
  });
  server.on('error', (error) => log.error('http server failed', { error }));
  const address = server.address() as AddressInfo;
  log.info('listening', { host, port: address.port });

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    // A connection that ends its request now becomes idle only after close() has looked for idle ones.
    const sweep = setInterval(() => server.closeIdleConnections(), idleSweepMs);
    const drained = await Promise.race([closed.then(() => true), sleep(drainMs, false, { ref: false })]);
    if (!drained) {
      log.warn('requests in flight were cut', { timeout_ms: drainMs });
      server.closeAllConnections();
      await closed;
    }
    clearInterval(sweep);
  }

  return {
    port: address.port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    close: () => (closing ??= close()),
  };
}

function listenError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new CodedError('port_in_use', 'permanent', `Port ${port} is in use by another process.`);
  }
  if (error.code === 'EACCES') {
    return new CodedError('port_refused', 'permanent', `Port ${port} may not be opened by this user.`);
  }
  return error;
}
