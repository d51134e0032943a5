import type { RequestHandler } from 'express';
import type { IngestMetrics } from '../metrics.ts';

const outcomes: Readonly<Record<number, string>> = {
  200: 'stored',
  202: 'accepted',
  207: 'stored_in_part',
  400: 'malformed',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_configured',
  413: 'too_large',
  415: 'wrong_type',
  422: 'invalid',
  429: 'limited',
  503: 'unavailable',
};

/** Counts deliveries by the answer that was given. */
export function createCountOutcome(
  countDelivery: IngestMetrics['countDelivery'],
): (source: string) => RequestHandler {
  return (source) => (_req, res, next) => {
    res.once('finish', () => countDelivery(source, outcomes[res.statusCode] ?? 'failed'));
    next();
  };
}
