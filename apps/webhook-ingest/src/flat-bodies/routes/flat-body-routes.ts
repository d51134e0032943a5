import { principalOf } from '@bridge/auth';
import type { Log } from '@bridge/core';
import type { Express, Request, RequestHandler, Response } from 'express';
import type { Vendor } from '../../vendors/vendor-definition.ts';
import type { FlatReceipt, ReceiveFlatBody } from '../receive-flat-body.ts';
import { answerReceipt } from './answer-receipt.ts';
import { bodyOf, hasLines, readBody } from '../../http/read-body.ts';

type Deps = {
  readonly vendors: readonly { readonly name: Vendor }[];
  readonly receiveFlatBody: ReceiveFlatBody;
  /** 401, 403 or 429 unless the caller may send; sets `principalOf(res)`. */
  readonly requireIngest: RequestHandler | RequestHandler[];
  /** Counts the outcome of every request. */
  readonly countOutcome: (source: string) => RequestHandler;
  readonly log: Log;
};

/**
 * The flat body on `POST /webhooks/<vendor>`, and on `POST /webhooks/manual` also a list of readings with units: count, key
 * or signature, type, size, then the flow.
 */
export function mountFlatBodyRoutes(app: Express, { vendors, countOutcome, ...deps }: Deps): void {
  app.post('/webhooks/manual', countOutcome('manual'), receive('manual', deps));
  for (const { name: source } of vendors) {
    app.post(`/webhooks/${source}`, countOutcome(source), receive(source, deps));
  }
}

function receive(
  source: string,
  { receiveFlatBody, requireIngest, log }: Omit<Deps, 'vendors' | 'countOutcome'>,
): RequestHandler[] {
  const guard = Array.isArray(requireIngest) ? requireIngest : [requireIngest];
  return [
    ...guard,
    ...readBody,
    async (req: Request, res: Response) => {
      const raw = bodyOf(req.body);
      const principal = principalOf(res);
      const receipt = await receiveFlatBody({ source, raw, principal, asLines: hasLines(req) });
      logReceipt(log, source, receipt);
      answerReceipt(res, receipt);
    },
  ];
}

function logReceipt(log: Log, source: string, receipt: FlatReceipt): void {
  switch (receipt.kind) {
    case 'accepted':
    case 'already_known':
      log.debug('webhook accepted', { source, event_id: receipt.eventId });
      return;
    case 'batch':
      log.debug('webhook batch answered', { source, count: receipt.receipts.length });
      return;
    case 'invalid':
      log.info('webhook refused', { source, reason: receipt.reason });
      return;
    case 'conflict':
    case 'forbidden':
    case 'malformed':
    case 'too_many':
      log.info('webhook refused', { source, reason: receipt.kind });
  }
}
