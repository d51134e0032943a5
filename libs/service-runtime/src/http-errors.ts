import { retryVerdict, type Log } from '@bridge/core';
import { type ErrorRequestHandler, type Express, type Response } from 'express';
import { allowedMethods } from './allowed-methods.ts';
import { problem, type Problem } from './http-problem.ts';

const retryAfterSeconds = 2;

/**
 * Ends an app's routes: unknown ones answer 404, known ones 405 for another method, and whatever a handler threw becomes a
 * problem document.
 */
export function mountErrors(app: Express): void {
  const log = app.get('log') as Log;
  app.use((req, res) => {
    const allowed = allowedMethods(app, req.path);
    if (allowed.length === 0 || allowed.includes(req.method)) problem(res, { status: 404 });
    else refuseMethod(res, allowed);
  });

  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- Express knows an error handler by its four parameters
  const answerError: ErrorRequestHandler = (error: unknown, _req, res, _next) => {
    const answer = problemOf(error);
    if (answer.status === 500) log.error('request failed', { error });
    else if (answer.status === 503) log.warn('request not possible now', { error });
    // Too late for another answer: a cut connection is the only way to say that the response is not complete.
    if (res.headersSent) res.destroy();
    else problem(res, answer);
  };
  app.use(answerError);
}

/** 405 with the methods that the route takes. */
export function refuseMethod(res: Response, allowed: readonly string[]): void {
  res.setHeader('Allow', allowed.join(', '));
  problem(res, { status: 405, detail: `Here only ${allowed.join(', ')} can be used.` });
}

function problemOf(error: unknown): Problem {
  const clientError = clientProblem(error);
  if (clientError) return clientError;
  // A conflict or a lost position that outlived its retries: the caller may try again too.
  if (retryVerdict(error) !== 'permanent') return { status: 503, retryAfterSeconds };
  return { status: 500 };
}

/** By body-parser's `type` of an error. */
const details: Readonly<Record<string, string>> = {
  'entity.parse.failed': 'Send one JSON value in UTF-8.',
  'encoding.unsupported': 'The content encoding is unknown: send the body as it is, or compressed by gzip.',
  'charset.unsupported': 'Send the body in UTF-8.',
  'request.aborted': 'The body ended before it was complete.',
  'request.size.invalid': 'The body is not as long as its content-length says.',
};

/** Errors of body-parser and the router carry a status; their messages quote the request and are not repeated. */
function clientProblem(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  if (error.status < 400 || error.status > 499) return undefined;
  const detail = detailOf(error);
  return {
    status: error.status,
    ...('type' in error && error.type === 'entity.parse.failed' && { title: 'Malformed JSON' }),
    ...(detail !== undefined && { detail }),
  };
}

function detailOf(error: Error): string | undefined {
  const { status, type, code, limit } = error as Error & Readonly<Record<string, unknown>>;
  if (type === 'entity.too.large') return tooLarge(limit);
  if (typeof type === 'string') return Object.hasOwn(details, type) ? details[type] : undefined;
  if (error instanceof URIError)
    return 'The address holds a % that no two hexadecimal digits in UTF-8 follow.';
  // Failures of decompression have codes: Z_DATA_ERROR, Z_BUF_ERROR, ERR_BROTLI_…, ZSTD_error_….
  if (status === 400 && typeof code === 'string')
    return 'The body is not what its content encoding says, or is cut off.';
  return undefined;
}

/** @param limit In bytes, of the unpacked body. */
function tooLarge(limit: unknown): string {
  if (typeof limit !== 'number') return 'The body is too large.';
  return `Send a body of at most ${limit.toLocaleString('en')} bytes, unpacked.`;
}
