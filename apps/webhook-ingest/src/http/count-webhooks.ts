import type { RequestHandler } from 'express';
import { Counter, type Registry } from 'prom-client';
import type { Vendor } from '../vendors/vendor-definition.ts';

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

/** `webhook_received_total{source, outcome}`, by the answer that was given. */
export function createWebhookCounter(metrics: Registry): (source: string) => RequestHandler {
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

/** `vendor_signatures_refused_total{vendor, reason}`: unreadable, clock or mismatch. */
export function createRefusalCounter(metrics: Registry): (vendor: Vendor, reason: string) => void {
  const refused = new Counter({
    name: 'vendor_signatures_refused_total',
    help: "Deliveries whose vendor's signature was not believed, by why.",
    labelNames: ['vendor', 'reason'] as const,
    registers: [metrics],
  });
  return (vendor, reason) => refused.inc({ vendor, reason });
}
