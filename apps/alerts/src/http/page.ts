import type { Response } from 'express';
import { z } from 'zod';

/** How many one page of a list holds. */
export const limitParameter = z.coerce.number().int().min(1).max(500).default(100);

/** Where the page before ended, as its `next` says: a text that `pattern` matches. Yields the match. */
export function cursorParameter(pattern: RegExp) {
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

/** Of a query string, without `cursor`. */
type Parameters = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** Sets the `Link` header that leads to the page after `end` and returns its cursor; null, and no header, on the last page. */
export function leadOn(
  res: Response,
  path: string,
  parameters: Parameters,
  end: string | undefined,
): string | null {
  if (end === undefined) return null;
  const cursor = Buffer.from(end).toString('base64url');
  const query = new URLSearchParams();
  for (const [name, value = []] of Object.entries(parameters)) {
    for (const one of typeof value === 'object' ? value : [String(value)]) query.append(name, one);
  }
  query.set('cursor', cursor);
  res.setHeader('Link', `<${path}?${query.toString()}>; rel="next"`);
  return cursor;
}
