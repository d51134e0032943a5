import { principalOf } from '@bridge/auth';
import type { Log } from '@bridge/core';
import type { Express, Request, RequestHandler, Response } from 'express';
import type { Vendor } from '../../vendors/vendor-definition.ts';
import type { ReceiveFlatBody } from '../receive-flat-body.ts';
import { answerReceipt } from './answer-receipt.ts';
import { bodyOf, readBody } from '../../http/read-body.ts';

type Deps = {
  readonly vendors: readonly { readonly name: Vendor }[];
  readonly receiveFlatBody: ReceiveFlatBody;
  /** 401, 403 or 429 unless the caller may send; sets `principalOf(res)`. */
  readonly requireIngest: RequestHandler | RequestHandler[];
  /** Counts the outcome of every request. */
  readonly countOutcome: (source: Vendor) => RequestHandler;
  readonly log: Log;
};

/** The flat body on `POST /webhooks/<vendor>`: count, key or signature, type, size, then the flow. */
export function mountFlatBodyRoutes(
  app: Express,
  { vendors, receiveFlatBody, requireIngest, countOutcome, log }: Deps,
): void {
  for (const { name: source } of vendors) {
    app.post(
      `/webhooks/${source}`,
      countOutcome(source),
      requireIngest,
      ...readBody,
      async (req: Request, res: Response) => {
        const receipt = await receiveFlatBody({ source, raw: bodyOf(req.body), principal: principalOf(res) });
        if (receipt.kind === 'accepted') log.debug('webhook accepted', { source, event_id: receipt.eventId });
        else {
          const reason = receipt.kind === 'invalid' ? receipt.reason : receipt.kind;
          log.info('webhook refused', { source, reason });
        }
        answerReceipt(res, receipt);
      },
    );
  }
}
