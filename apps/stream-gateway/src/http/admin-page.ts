import { parseInWords } from '@bridge/contracts';
import { problem } from '@bridge/service-runtime';
import { type Request, type Response } from 'express';
import { z } from 'zod';

/** Lists of this service's admin routes have the pages of the alerts service: `limit`, `cursor`, `next` and a `Link`. */
export const pageLimit = z.coerce.number().int().min(1).max(500).default(100);

/** Where the page before ended, as its `next` says. Yields the match of `pattern`. */
export function pageCursor(pattern: RegExp) {
  return z
    .string()
    .max(200)
    .transform((text, context) => {
      const match = pattern.exec(Buffer.from(text, 'base64url').toString('latin1'));
      if (match !== null) return match;
      context.addIssue({ code: 'custom', message: 'must be the cursor of a page' });
      return z.NEVER;
    })
    .optional();
}

/** The query string, or undefined after a 400 that names the parameters at fault. */
export function readParameters<Schema extends z.ZodObject>(
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

/** Sets the `Link` to the page after `end` and returns its cursor; null, and no header, on the last page. */
export function linkNext(req: Request, res: Response, end: string | undefined): string | null {
  if (end === undefined) return null;
  const cursor = Buffer.from(end).toString('base64url');
  const query = new URLSearchParams(req.originalUrl.replace(/^[^?]*/, ''));
  query.set('cursor', cursor);
  res.setHeader('Link', `<${req.path}?${query.toString()}>; rel="next"`);
  return cursor;
}
