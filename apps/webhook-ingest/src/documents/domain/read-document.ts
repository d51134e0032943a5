import type { Problem } from '@bridge/contracts';
import type { z } from 'zod';

export type ReadDocument<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'quarantined'; readonly objectId?: string; readonly problems: readonly Problem[] };

/**
 * The document by its schema, or why it cannot be read. Schemas are loose: vendors add fields. Paths hold names of our
 * schemas only, and no message repeats a value.
 */
export function readDocument<T>(schema: z.ZodType<T>, document: unknown, objectId?: string): ReadDocument<T> {
  const parsed = schema.safeParse(document);
  if (parsed.success) return { kind: 'ok', value: parsed.data };
  const problems = parsed.error.issues
    .slice(0, 20)
    .map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
  return { kind: 'quarantined', ...(objectId !== undefined && { objectId }), problems };
}
