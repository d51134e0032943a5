import { retryVerdict, type Log } from '@bridge/handler';
import { type ErrorRequestHandler, type Express } from 'express';
import { problem, type Problem } from './http-problem.ts';

const retryAfterSeconds = 2;

/** Ends an app's routes: unknown ones answer 404, and whatever a handler threw becomes a problem document. */
export function mountErrors(app: Express): void {
  const log = app.get('log') as Log;
  app.use((_req, res) => problem(res, { status: 404 }));

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

function problemOf(error: unknown): Problem {
  const clientError = clientProblem(error);
  if (clientError) return clientError;
  // A conflict or a lost position that outlived its retries: the caller may try again too.
  if (retryVerdict(error) !== 'permanent') return { status: 503, retryAfterSeconds };
  return { status: 500 };
}

/** Errors of body-parser and the router carry a status; their messages quote the request and are not repeated. */
function clientProblem(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  if (error.status < 400 || error.status > 499) return undefined;
  const type = 'type' in error ? error.type : undefined;
  if (type === 'entity.parse.failed') return { status: 400, title: 'Malformed JSON' };
  return { status: error.status };
}
