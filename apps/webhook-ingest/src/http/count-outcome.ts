import type { RequestHandler, Response } from 'express';
import type { IngestMetrics } from '../metrics.ts';

const outcomes: Readonly<Record<number, string>> = {
  200: 'stored',
  202: 'accepted',
  207: 'stored_in_part',
  400: 'malformed',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_configured',
  409: 'conflict',
  413: 'too_large',
  415: 'wrong_type',
  422: 'invalid',
  429: 'limited',
  503: 'unavailable',
};

/** Names the outcome where the status alone does not. */
export function countAs(res: Response, outcome: string): void {
  res.locals['outcome'] = outcome;
}

function named(res: Response): string | undefined {
  const outcome: unknown = res.locals['outcome'];
  return typeof outcome === 'string' ? outcome : undefined;
}

/** Counts deliveries by the answer that was given. */
export function createCountOutcome(
  countDelivery: IngestMetrics['countDelivery'],
): (source: string) => RequestHandler {
  return (source) => (_req, res, next) => {
    res.once('finish', () => countDelivery(source, named(res) ?? outcomes[res.statusCode] ?? 'failed'));
    next();
  };
}
