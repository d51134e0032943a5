import { type Log } from '@bridge/core';
import express, { type Express, type RequestHandler } from 'express';
import { type Registry } from 'prom-client';
import { createRandomPool } from './random-pool.ts';
import { createRequestLog } from './request-log.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { childTraceparent, withTrace } from './trace.ts';

export type HttpAppOptions = {
  log: Log;
  metrics: Registry;
  /** Whose `X-Forwarded-*` headers count: an Express `trust proxy` value; nobody's when missing. */
  trustProxy?: string;
};

/**
 * An Express app with security headers, trace context, request log and metrics. It parses no bodies, since each route
 * knows its own limits and types. Close its routes with `mountErrors`.
 */
export function createHttpApp({ log, metrics, trustProxy }: HttpAppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('log', log);
  if (trustProxy !== undefined) app.set('trust proxy', trustProxy);
  app.use(traceRequest);
  app.use(createRequestLog({ log, metrics }));
  app.use(setSecurityHeaders());
  return app;
}

const randomBytes = createRandomPool();

const traceRequest: RequestHandler = (req, _res, next) => {
  withTrace(childTraceparent(req.get('traceparent'), randomBytes), next);
};
