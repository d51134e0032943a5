import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { problemType } from '@bridge/service-runtime';
import { createProxyServer } from 'http-proxy-3';
import { routeTo, type Upstream } from './routes.ts';

type Options = {
  readonly origins: Readonly<Record<Upstream, string>>;
  readonly report: (line: string) => void;
};

const retryAfterSeconds = 2;

/**
 * Serves one origin for all services. Streams pass through unbuffered. If a service is down, the edge answers 503. If a
 * service dies, the edge ends its streams, so that clients reconnect.
 */
export function createEdge({ origins, report }: Options): Server {
  const proxy = createProxyServer({
    agent: new Agent({ keepAlive: true, maxSockets: 2048 }),
    xfwd: true,
  });
  proxy.on('proxyRes', (upstream, _request, response) => {
    upstream.on('error', () => response.destroy());
    upstream.on('close', () => {
      if (!upstream.complete) response.destroy();
    });
    // Once the proxy has copied the headers they go out, also when the first frame is a while away.
    setImmediate(() => {
      if (!response.headersSent && !response.destroyed) response.flushHeaders();
    });
  });

  return createServer({ requestTimeout: 0 }, (request, response) => {
    const to = routeTo(request.url ?? '');
    if (to === undefined) {
      answer(response, 400, 'Malformed request target');
      return;
    }
    if (to === 'nowhere') {
      answer(response, 404, 'Not Found');
      return;
    }
    dropForwardedHeaders(request);
    proxy.web(request, response, { target: origins[to] }, (error) => {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      report(`${to} does not answer: ${(error as NodeJS.ErrnoException).code ?? error.name}`);
      answer(response, 503, `The ${to} service does not answer`);
    });
  });
}

/** Removes a client's claims about earlier hops, which the services would trust, since the edge is the first hop. */
function dropForwardedHeaders(request: IncomingMessage): void {
  for (const name of Object.keys(request.headers)) {
    if (name === 'forwarded' || name.startsWith('x-forwarded-'))
      Reflect.deleteProperty(request.headers, name);
  }
}

function answer(response: ServerResponse, status: number, title: string): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    ...(status === 503 ? { 'retry-after': String(retryAfterSeconds) } : {}),
  });
  response.end(JSON.stringify({ type: problemType(status), status, title }));
}
