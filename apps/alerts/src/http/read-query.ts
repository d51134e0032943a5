import { parseInWords } from '@bridge/contracts';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { queryProblem } from './query-problem.ts';

/** For routes that take no parameters. */
export const noParameters = z.strictObject({});

/** The query string, or undefined after a 400 that names the parameters at fault. */
export function readQuery<Schema extends z.ZodObject>(
  req: Request,
  res: Response,
  schema: Schema,
): z.output<Schema> | undefined {
  const parsed = parseInWords(schema, req.query);
  if (parsed.success) return parsed.data;
  queryProblem(res, schema, parsed.error);
  return undefined;
}
