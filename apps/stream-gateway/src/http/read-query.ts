import { parseInWords, parseTimestamp } from '@bridge/contracts';
import { problem } from '@bridge/service-runtime';
import type { Request, Response } from 'express';
import { z } from 'zod';

/** For routes that take no parameters. */
export const noParameters = z.strictObject({});

/** An instant, in ms since 1970. */
export const instantParameter = z
  .string()
  .max(40)
  .transform((text, context) => {
    const parsed = parseTimestamp(text);
    if (parsed !== undefined && /(?:[zZ]|[+-]\d\d:\d\d)$/.test(text)) return parsed.epochMs;
    context.addIssue({
      code: 'custom',
      message: 'must be RFC 3339 with Z or an offset; a + in an address is written %2B',
    });
    return z.NEVER;
  })
  .optional();

/** The query string, or undefined after a 400 that names the parameters at fault. */
export function readQuery<Schema extends z.ZodObject>(
  req: Request,
  res: Response,
  schema: Schema,
): z.output<Schema> | undefined {
  const parsed = parseInWords(schema, req.query);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message, code }) => ({
    // An unknown parameter's name comes from the caller and is not repeated.
    path: Object.hasOwn(schema.shape, String(path[0])) ? String(path[0]) : '(query)',
    message: code === 'unrecognized_keys' ? 'holds a parameter that is not known' : message,
  }));
  problem(res, { status: 400, detail: 'A parameter does not validate.', errors });
  return undefined;
}
