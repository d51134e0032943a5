import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { json, type Answer, type Route, type SimRequest } from './answer.ts';

/** Routes that share a prefix, and who counts their answers. */
export type RouteGroup = {
  readonly prefix: string;
  readonly routes: readonly Route[];
  readonly onAnswer?: (label: string, answer: Answer) => void;
};

type Options = { readonly host: string; readonly port: number };
type CompiledRoute = { readonly route: Route; readonly label: string; readonly pattern: RegExp };
type CompiledGroup = RouteGroup & { readonly compiled: readonly CompiledRoute[] };

/** Serves them; port 0 takes a free one. */
export async function serve(mounted: readonly RouteGroup[], { host, port }: Options) {
  const compartments = mounted.map((one) => ({ ...one, compiled: one.routes.map(compile) }));
  const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    void answer(compartments, request).then(
      (given) => send(response, given),
      // The vendors' answers never throw; a mistake of the simulator must not pass for one of theirs.
      (error: unknown) => send(response, json(500, { detail: `vendor-sim: ${String(error)}` })),
    );
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function compile(route: Route): CompiledRoute {
  const source = route.path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)');
  return { route, label: `${route.method} ${route.path}`, pattern: new RegExp(`^${source}$`) };
}

async function answer(compartments: readonly CompiledGroup[], incoming: IncomingMessage): Promise<Answer> {
  const { method = '', headers } = incoming;
  const url = new URL(incoming.url ?? '/', 'http://sim');
  const home = compartments.find(({ prefix }) => url.pathname.startsWith(`${prefix}/`));
  const path = url.pathname.slice(home?.prefix.length ?? 0);
  const fitting = home?.compiled.filter(({ pattern }) => pattern.test(path)) ?? [];
  const found = fitting.find(({ route }) => route.method === method);
  // Also of what nobody wants: a body left unread holds the connection up.
  const body = await text(incoming);
  if (!home || !found) return json(fitting.length > 0 ? 405 : 404, { detail: 'No such route.' });
  const params = found.pattern.exec(path)?.groups ?? {};
  const request: SimRequest = { method, path, query: url.searchParams, headers, body, params };
  const given = await found.route.handle(request);
  home.onAnswer?.(found.label, given);
  return given;
}

function send(response: ServerResponse, { status, headers, body = '' }: Answer): void {
  if (status === 0) {
    response.destroy();
    return;
  }
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
