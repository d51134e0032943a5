import type { Response } from 'express';
import { z } from 'zod';

/** How many one page of a list holds. */
export const limitParameter = z.coerce.number().int().min(1).max(500).default(100);

/** Where the page before ended, as its `next` says: a text that `pattern` matches. Yields the text. */
export function cursorParameter(pattern: RegExp) {
  return z
    .string()
    .max(200)
    .transform((text, context) => {
      const end = Buffer.from(text, 'base64url').toString('latin1');
      if (pattern.test(end)) return end;
      context.addIssue({ code: 'custom', message: 'must be the cursor of a page' });
      return z.NEVER;
    })
    .optional();
}

/** Sets the `Link` header that leads to the page after `end` and returns its cursor; null, and no header, on the last page. */
export function leadOn(
  { originalUrl }: { readonly originalUrl: string },
  res: Pick<Response, 'setHeader'>,
  end: string | undefined,
): string | null {
  if (end === undefined) return null;
  const cursor = Buffer.from(end).toString('base64url');
  const { pathname, searchParams } = new URL(originalUrl, 'http://bridge');
  searchParams.set('cursor', cursor);
  res.setHeader('Link', `<${pathname}?${searchParams.toString()}>; rel="next"`);
  return cursor;
}
