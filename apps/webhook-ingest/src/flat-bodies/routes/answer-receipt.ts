import type { Accepted } from '@bridge/contracts';
import { problem } from '@bridge/service-runtime';
import type { Response } from 'express';
import type { FlatReceipt } from '../receive-flat-body.ts';

/** Answers the outcome of a flat body. */
export function answerReceipt(res: Response, receipt: FlatReceipt): void {
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
