import type { ReservedSource } from '@bridge/contracts';
import type { RequestHandler } from 'express';
import { Counter, type Registry } from 'prom-client';

const outcomes: Readonly<Record<number, string>> = {
  202: 'accepted',
  400: 'malformed',
  401: 'unauthenticated',
  403: 'forbidden',
  413: 'too_large',
  415: 'wrong_type',
  422: 'invalid',
  503: 'unavailable',
};

/** `webhook_received_total{source, outcome}`, by the answer that was given. */
export function createWebhookCounter(metrics: Registry): (source: ReservedSource) => RequestHandler {
  const received = new Counter({
    name: 'webhook_received_total',
    help: 'Webhook deliveries by source and outcome.',
    labelNames: ['source', 'outcome'] as const,
    registers: [metrics],
  });
  return (source) => (_req, res, next) => {
    res.once('finish', () => received.inc({ source, outcome: outcomes[res.statusCode] ?? 'failed' }));
    next();
  };
}
