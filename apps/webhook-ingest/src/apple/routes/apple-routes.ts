import type { RefusalReason } from '@bridge/apple-export';
import { principalOf } from '@bridge/auth';
import { flatBodySchema } from '@bridge/contracts';
import type { Log } from '@bridge/core';
import { problem } from '@bridge/service-runtime';
import type { Express, Request, RequestHandler, Response } from 'express';
import { Readable } from 'node:stream';
import { mostValues } from '../domain/values-in.ts';
import type { AppleBody, ImportApple, ImportReceipt, ImportSummary } from '../import-apple.ts';
import type { ReceiveFlatBody } from '../../flat-bodies/receive-flat-body.ts';
import { answerReceipt } from '../../flat-bodies/routes/answer-receipt.ts';
import { isSigned } from '../../http/ingest-guard.ts';
import { bodyOf as readBytes, hasLines, readRaw } from '../../http/read-body.ts';

type Deps = {
  readonly importApple: ImportApple;
  readonly receiveFlatBody: ReceiveFlatBody;
  /** 401 or 403 unless the request may bring data in. */
  readonly requireIngest: RequestHandler | RequestHandler[];
  readonly count: RequestHandler;
  readonly log: Log;
};

/**
 * `POST /webhooks/apple?user_id=`: Health Auto Export, `export.xml` or `export.zip` as a stream, or the flat body; a
 * signed body is a flat one. Mount it before `mountFlatBodyRoutes`, which reads bodies as a whole.
 */
export function mountAppleRoutes(
  app: Express,
  { importApple, receiveFlatBody, requireIngest, count, log }: Deps,
): void {
  app.post('/webhooks/apple', count, requireIngest, readLines, async (req: Request, res: Response) => {
    if (/^multipart\//i.test(req.get('content-type') ?? '')) {
      problem(res, { status: 415, detail: 'Choose JSON in the app: its CSV format is not read.' });
      return;
    }
    // Whoever caught a signed delivery could send it again with another name in the query.
    const signed = isSigned(res);
    const user = signed ? undefined : userOf(req);
    if (user === null) {
      const message = 'must be given once, as 1 to 256 printable characters';
      problem(res, { status: 422, errors: [{ path: 'user_id', message }] });
      return;
    }
    const principal = principalOf(res);
    const asLines = hasLines(req);
    const receipt = asLines
      ? linesOf(req)
      : await importApple({ ...bodyOf(req), principal, userId: user }).finally(() => {
          // What nobody reads any more must keep neither the answer nor the connection from the sender.
          setImmediate(() => req.resume());
        });
    if (receipt.kind === 'flat') {
      const flat = await receiveFlatBody({
        source: 'apple',
        raw: receipt.raw,
        principal,
        asLines,
      });
      log.info('webhook answered', { source: 'apple', reason: flat.kind });
      answerReceipt(res, flat);
      return;
    }
    const { kind } = receipt;
    log.info('apple data answered', { source: 'apple', reason: kind === 'refused' ? receipt.reason : kind });
    if (signed && receipt.kind === 'unknown_user') problem(res, { status: 403, detail: keyNeeded });
    else answer(res, receipt);
  });
}

/** A body on each line is a batch of flat ones, and no export. */
const readLines: RequestHandler = (req, res, next) => {
  if (hasLines(req) && !Buffer.isBuffer(req.body)) void readRaw(req, res, next);
  else next();
};

function linesOf(req: Request): Extract<ImportReceipt, { kind: 'flat' }> {
  return { kind: 'flat', raw: readBytes(req.body) };
}

/** A signature is over the whole body, so a signed one has been read and unpacked already. */
function bodyOf(req: Request): Pick<AppleBody, 'body' | 'encoding'> {
  const read: unknown = req.body;
  if (Buffer.isBuffer(read)) return { body: Readable.from([read]), encoding: undefined };
  return { body: req, encoding: req.get('content-encoding') };
}

const keyNeeded =
  'A signature does not cover ?user_id=, so nothing that is signed says whose data it is: send Health Auto Export and ' +
  'export files with an API key, or a flat body with its user_id.';

/** Undefined where it is not given, null where it is given as something else. */
function userOf({ query }: Request): string | undefined | null {
  const given = query['user_id'];
  if (given === undefined) return undefined;
  const parsed = flatBodySchema.shape.user_id.safeParse(given);
  return parsed.success ? parsed.data : null;
}

const refusals: Readonly<Record<RefusalReason, { readonly status: number; readonly detail: string }>> = {
  malformed: { status: 400, detail: 'The body is no complete JSON, XML or zip file.' },
  too_large: { status: 413, detail: 'Send at most 64 MiB at once, and a flat body of at most 1 MiB.' },
  element_too_large: {
    status: 413,
    detail: `One element, as a workout with its route or an ECG, is made of more than ${mostValues.toLocaleString('en')} values or 8 million letters.`,
  },
  unknown_charset: {
    status: 415,
    detail: 'The XML declares an encoding that is not read: save it in UTF-8.',
  },
  empty: {
    status: 422,
    detail:
      'The export holds no element, so nothing was stored: choose metrics and a period that has data. ' +
      'Its shape is {"data": {"metrics": [{"name", "units", "data": [...]}]}}.',
  },
  unknown_encoding: { status: 415, detail: 'Send the body as it is, or compressed by gzip.' },
  cut_off: { status: 400, detail: 'The body ended before it was complete.' },
};

function answer(res: Response, receipt: Exclude<ImportReceipt, { kind: 'flat' }>): void {
  switch (receipt.kind) {
    case 'stored':
      // As the app's own server answers when something of it could not be taken.
      res.status(receipt.summary.quarantined > 0 ? 207 : 200).json(receipt.summary);
      return;
    case 'refused': {
      const { status, detail } = refusals[receipt.reason];
      problem(res, { status, detail: `${detail}${takenBefore(receipt.summary)}` });
      return;
    }
    case 'unknown_user':
      problem(res, {
        status: 422,
        detail: 'Nothing says whose data it is: add ?user_id=, or use a key of one user.',
        errors: [{ path: 'user_id', message: 'must be given' }],
      });
      return;
    case 'forbidden':
      problem(res, { status: 403, detail: 'This key is not for this user.' });
      return;
    case 'erased':
      problem(res, { status: 403, detail: 'This user was erased.' });
      return;
    case 'busy':
      problem(res, { status: 503, detail: 'Other large bodies are being read.', retryAfterSeconds: 5 });
  }
}

/** By their number: what stood right before the break may not have been read. */
function takenBefore({ points }: ImportSummary): string {
  if (points === 0) return '';
  return ` Of what came before, ${points.toLocaleString('en')} elements were taken; the same body may be sent again.`;
}
