import { createHttpApp, createLogger, mountErrors, serveHttp, type HttpServer } from '../src/index.ts';
import type { Express } from 'express';
import { Registry } from 'prom-client';
import { Writable } from 'node:stream';
import { afterEach } from 'vitest';

const closing: HttpServer[] = [];
afterEach(async () => {
  for (const server of closing.splice(0)) await server.close();
});

/** Serves an app with these routes until the test ends; `logged` is everything that it logged. */
export async function serve(routes: (app: Express, metrics: Registry) => void, drainMs?: number) {
  let logged = '';
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged += chunk.toString();
      done();
    },
  });
  const log = createLogger({ service: 'test', level: 'debug', destination });
  const metrics = new Registry();
  const app = createHttpApp({ log, metrics });
  routes(app, metrics);
  mountErrors(app);
  const server = await serveHttp(
    app,
    { host: '127.0.0.1', port: 0, ...(drainMs === undefined ? {} : { drainMs }) },
    log,
  );
  closing.push(server);
  return { server, url: server.url, metrics, logged: () => logged };
}

/** The JSON object of an answer. */
export async function json(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>;
}
