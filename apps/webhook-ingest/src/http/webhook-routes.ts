import { principalOf } from '@bridge/auth';
import { reservedSources, type Accepted, type ReservedSource } from '@bridge/contracts';
import type { Log } from '@bridge/handler';
import { problem } from '@bridge/service-runtime';
import type { Express, Request, RequestHandler, Response } from 'express';
import type { createReceiveWebhook, Receipt } from '../receive-webhook.ts';
import { bodyOf, readBody } from './read-body.ts';

type Deps = {
  readonly receive: ReturnType<typeof createReceiveWebhook>;
  /** 401, 403 or 429 unless the caller may send; sets `principalOf(res)`. */
  readonly requireIngest: RequestHandler | RequestHandler[];
  /** Counts the outcome of every request. */
  readonly count: (source: ReservedSource) => RequestHandler;
  readonly log: Log;
};

/** `POST /webhooks/{oura,whoop,apple,manual}`: count, key, type, size, then the flow. */
export function mountWebhooks(app: Express, { receive, requireIngest, count, log }: Deps): void {
  for (const source of reservedSources) {
    app.post(
      `/webhooks/${source}`,
      count(source),
      requireIngest,
      ...readBody,
      async (req: Request, res: Response) => {
        const receipt = await receive({ source, raw: bodyOf(req.body), principal: principalOf(res) });
        if (receipt.kind === 'accepted') log.debug('webhook accepted', { source, event_id: receipt.eventId });
        else {
          const reason = receipt.kind === 'invalid' ? receipt.reason : receipt.kind;
          log.info('webhook refused', { source, reason });
        }
        answer(res, receipt);
      },
    );
  }
}

function answer(res: Response, receipt: Receipt): void {
  switch (receipt.kind) {
    case 'accepted':
      res.status(202).json({ event_id: receipt.eventId, status: 'accepted' } satisfies Accepted);
      return;
    case 'malformed':
      problem(res, { status: 400, title: 'Malformed JSON', detail: 'Send one JSON object in UTF-8.' });
      return;
    case 'invalid':
      problem(res, { status: 422, detail: 'Fields do not validate.', errors: receipt.problems });
      return;
    case 'forbidden':
      problem(res, { status: 403, detail: 'This key is not for this user.' });
  }
}
