import { z } from 'zod';

/** How many one page of a list holds. */
export const limitParameter = z.coerce.number().int().min(1).max(500).default(100);

/** The cursor of a list whose pages end at a text that `pattern` matches. */
export function cursorParameter(pattern: RegExp) {
  return z
    .string()
    .max(200)
    .transform((text, context) => {
      const match = pattern.exec(Buffer.from(text, 'base64url').toString('latin1'));
      if (match !== null) return match;
      context.addIssue({ code: 'custom', message: 'must be a cursor from a Link header' });
      return z.NEVER;
    })
    .optional();
}

/** The value of a `Link` header that leads to the page after `end`. */
export function nextPage(
  path: string,
  parameters: Readonly<Record<string, string | number | undefined>>,
  end: string,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) query.set(name, String(value));
  query.set('cursor', Buffer.from(end).toString('base64url'));
  return `<${path}?${query.toString()}>; rel="next"`;
}
