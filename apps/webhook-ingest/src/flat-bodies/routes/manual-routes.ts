import { principalOf } from '@bridge/auth';
import type { Log } from '@bridge/core';
import { problem } from '@bridge/service-runtime';
import type { Express, Request, RequestHandler, Response } from 'express';
import type { ReceiveManual } from '../receive-manual.ts';
import type { ReceiveFlatBody } from '../receive-flat-body.ts';
import { answerReceipt } from './answer-receipt.ts';
import { bodyOf, readBody } from '../../http/read-body.ts';

type Deps = {
  readonly receiveManual: ReceiveManual;
  readonly receiveFlatBody: ReceiveFlatBody;
  /** 401 or 403 unless the request may bring data in. */
  readonly requireIngest: RequestHandler | RequestHandler[];
  readonly count: RequestHandler;
  readonly log: Log;
};

/** `POST /webhooks/manual`: a list of readings with units, or the flat body. Mount it before `mountFlatBodyRoutes`. */
export function mountManualRoutes(app: Express, deps: Deps): void {
  const { receiveManual, receiveFlatBody, requireIngest, count, log } = deps;
  app.post('/webhooks/manual', count, requireIngest, ...readBody, async (req: Request, res: Response) => {
    const raw = bodyOf(req.body);
    const principal = principalOf(res);
    const receipt = await receiveManual(raw, principal);
    log.info('webhook answered', { source: 'manual', reason: receipt.kind });
    switch (receipt.kind) {
      case 'accepted': {
        const { eventId, readings } = receipt;
        res.status(202).json({ event_id: eventId, status: 'accepted', readings });
        return;
      }
      case 'flat':
        answerReceipt(res, await receiveFlatBody({ source: 'manual', raw, principal }));
        return;
      case 'invalid':
        problem(res, { status: 422, detail: 'Nothing was stored.', errors: receipt.problems });
        return;
      case 'forbidden':
        problem(res, { status: 403, detail: 'This key is not for this user.' });
    }
  });
}
