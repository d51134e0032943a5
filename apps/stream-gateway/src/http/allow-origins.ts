import type { RequestHandler } from 'express';

const preflight = {
  'Access-Control-Allow-Methods': 'GET, POST, PUT, DELETE',
  'Access-Control-Allow-Headers': 'authorization, content-type, last-event-id, x-api-key',
  'Access-Control-Max-Age': '600',
};

/**
 * Lets pages of other origins read answers, if their origin is on the list. Cookies are never asked for: such a page sends a
 * key, or opens a stream by a ticket.
 */
export function allowOrigins(origins: ReadonlySet<string>): RequestHandler {
  return (req, res, next) => {
    const origin = req.get('origin');
    if (origins.size > 0) res.vary('Origin');
    if (origin === undefined || !origins.has(origin)) {
      next();
      return;
    }
    res.setHeader('Access-Control-Allow-Origin', origin);
    res.setHeader('Access-Control-Expose-Headers', 'Link, Retry-After');
    const isPreflight = req.method === 'OPTIONS' && req.get('access-control-request-method') !== undefined;
    if (!isPreflight) {
      next();
      return;
    }
    for (const [name, value] of Object.entries(preflight)) res.setHeader(name, value);
    res.status(204).end();
  };
}
