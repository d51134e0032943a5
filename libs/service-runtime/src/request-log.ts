import { type Log } from '@bridge/core';
import { type Request, type RequestHandler } from 'express';
import { Histogram, type Registry } from 'prom-client';

/** Probes come every few seconds; failures they find are logged where they happen. */
const opsRoutes = new Set(['/live', '/ready', '/health', '/metrics']);
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Observes every request. Log and labels hold the route's template, never the URL, because paths and queries carry user ids.
 * An answered request is a debug line: the histogram counts those, and one line each would cost more than the work.
 */
export function createRequestLog({ log, metrics }: { log: Log; metrics: Registry }): RequestHandler {
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from request to end of response, streams excepted',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [metrics],
  });

  return function requestLog(req, res, next) {
    const begin = performance.now();
    res.once('close', () => {
      const elapsed = performance.now() - begin;
      const method = methods.has(req.method) ? req.method : 'OTHER';
      const route = routeTemplate(req);
      const status = res.statusCode;
      const isStream = res.getHeader('content-type') === 'text/event-stream';
      if (!isStream) duration.observe({ method, route, status }, elapsed / 1000);
      const fields = { method, route, status, duration_ms: Math.round(elapsed) };
      if (opsRoutes.has(route)) log.debug('request', fields);
      else if (status >= 500) log.warn('request', fields);
      else if (status >= 400) log.info('request', fields);
      else log.debug('request', fields);
    });
    next();
  };
}

/** The path of the route only: the prefix of a mounted router is the caller's text. Register routes with full paths. */
function routeTemplate(req: Request): string {
  const route: unknown = req.route;
  const path = typeof route === 'object' && route !== null && 'path' in route ? route.path : undefined;
  return typeof path === 'string' ? path : 'unmatched';
}
