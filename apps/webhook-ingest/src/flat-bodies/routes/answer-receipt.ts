import type { AcceptedBody, BatchAnswer, BatchResult } from '@bridge/contracts';
import { problem } from '@bridge/service-runtime';
import type { Response } from 'express';
import { countAs } from '../../http/count-outcome.ts';
import { isDurable, type BodyReceipt } from '../domain/body-receipt.ts';
import { mostBodies } from '../domain/split-batch.ts';
import type { FlatReceipt } from '../receive-flat-body.ts';

const conflict =
  'This event_id was sent before with other content. Send a higher version to correct it, or another event_id.';
const invalid = 'Fields do not validate.';

/** Answers the outcome of a flat body, or of a batch of them. */
export function answerReceipt(res: Response, receipt: FlatReceipt): void {
  switch (receipt.kind) {
    case 'accepted':
      res.status(202).json(acceptedAnswer('accepted', receipt));
      return;
    case 'already_known':
      countAs(res, 'already_known');
      res.status(200).json(acceptedAnswer('already_known', receipt));
      return;
    case 'conflict':
      problem(res, {
        status: 409,
        title: 'duplicate_conflict',
        detail: conflict,
        errors: [{ path: 'event_id', message: 'stands for other content already' }],
      });
      return;
    case 'malformed':
      problem(res, { status: 400, title: 'Malformed JSON', detail: 'Send one JSON object in UTF-8.' });
      return;
    case 'invalid':
      problem(res, { status: 422, detail: invalid, errors: receipt.problems });
      return;
    case 'forbidden':
      problem(res, { status: 403, detail: whyForbidden(receipt) });
      return;
    case 'too_many':
      problem(res, {
        status: 413,
        detail: `Send at most ${mostBodies.toLocaleString('en')} bodies at once.`,
      });
      return;
    case 'batch':
      answerBatch(res, receipt.receipts);
  }
}

const needs = {
  profile: 'A profile needs the scope "profile" beside "ingest".',
  alerts: 'An answer needs the scope "alerts" beside "ingest".',
} as const;

function whyForbidden({ missing }: Extract<BodyReceipt, { readonly kind: 'forbidden' }>): string {
  return missing === undefined ? 'This key is not for this user.' : needs[missing];
}

type Known = Extract<BodyReceipt, { readonly eventId: string }>;

function acceptedAnswer(status: AcceptedBody['status'], { eventId, readings }: Known) {
  return { event_id: eventId, status, ...(readings !== undefined && { readings }) } satisfies AcceptedBody;
}

/** 202: all are durable. 207: some are. 422: none is. */
function answerBatch(res: Response, receipts: readonly BodyReceipt[]): void {
  const results = receipts.map(resultOf);
  if (receipts.length === 0) {
    problem(res, {
      status: 422,
      detail: invalid,
      errors: [{ path: '', message: 'must hold at least one body' }],
    });
  } else if (receipts.some(isDurable)) {
    res.status(receipts.every(isDurable) ? 202 : 207).json({ results } satisfies BatchAnswer);
  } else {
    problem(res, { status: 422, detail: 'None of the bodies was stored.', members: { results } });
  }
}

function resultOf(receipt: BodyReceipt, index: number): BatchResult {
  switch (receipt.kind) {
    case 'accepted':
    case 'already_known':
      return { index, ...acceptedAnswer(receipt.kind, receipt) };
    case 'conflict':
      return { index, status: 'duplicate_conflict', event_id: receipt.eventId, detail: conflict };
    case 'malformed':
      return { index, status: 'malformed', detail: 'This is no JSON object in UTF-8.' };
    case 'invalid':
      return { index, status: 'invalid', detail: invalid, errors: receipt.problems };
    case 'forbidden':
      return { index, status: 'forbidden', detail: whyForbidden(receipt) };
    case 'failed':
      return { index, status: 'unavailable', detail: 'Not possible now: send it again.' };
  }
}
