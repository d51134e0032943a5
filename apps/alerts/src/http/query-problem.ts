import { problem } from '@bridge/service-runtime';
import type { Response } from 'express';
import type { z } from 'zod';

/** Answers 400 for a query string that does not validate, and names the parameters at fault. */
export function queryProblem(
  res: Response,
  { shape }: { readonly shape: Readonly<Record<string, unknown>> },
  { issues }: Pick<z.ZodError, 'issues'>,
): void {
  const errors = issues.map(({ path, message, code }) => ({
    // An unknown parameter's name comes from the caller and is not repeated.
    path: Object.hasOwn(shape, String(path[0])) ? String(path[0]) : '(query)',
    message: code === 'unrecognized_keys' ? 'holds a parameter that is not known' : message,
  }));
  problem(res, { status: 400, detail: 'A parameter does not validate.', errors });
}
