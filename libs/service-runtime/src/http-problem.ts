import { STATUS_CODES } from 'node:http';
import { type Response } from 'express';
import { currentTrace } from './trace.ts';

export type Problem = {
  status: number;
  /** Short and the same for every occurrence; the status text when missing. */
  title?: string;
  /** Advice for the caller. Never repeats the caller's input. */
  detail?: string;
  /** Fields that do not validate: a path and a rule, never the value. */
  errors?: readonly { path: string; message: string }[];
  retryAfterSeconds?: number;
  /** Further members of the document. */
  members?: Readonly<Record<string, unknown>>;
};

const kinds: Readonly<Record<number, string>> = {
  400: 'bad-request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  409: 'conflict',
  412: 'precondition-failed',
  413: 'too-large',
  415: 'unsupported-media-type',
  422: 'unprocessable',
  429: 'too-many-requests',
  500: 'internal',
  502: 'bad-gateway',
  503: 'unavailable',
};

/** The `type` of a problem: the address of its entry on the page of the API, the same for every occurrence. */
export function problemType(status: number): string {
  const kind = kinds[status];
  return kind === undefined ? 'about:blank' : `/docs#problem-${kind}`;
}

/** Answers with an RFC 9457 problem document. */
export function problem(
  res: Response,
  { status, title, detail, errors, retryAfterSeconds, members }: Problem,
): void {
  if (retryAfterSeconds !== undefined) res.setHeader('Retry-After', String(retryAfterSeconds));
  const traceId = currentTrace()?.traceId;
  const document = {
    type: problemType(status),
    title: title ?? STATUS_CODES[status] ?? 'Error',
    status,
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
    ...members,
    ...(traceId === undefined ? {} : { trace_id: traceId }),
  };
  res.status(status).setHeader('Content-Type', 'application/problem+json');
  res.end(JSON.stringify(document));
}
