import type { Normalized } from './normalized.ts';

/** One telling of an object: what it says, and the document that says so. */
export type ObjectObservation<Document> = {
  readonly normalized: Normalized;
  readonly raw: Document;
};

/**
 * An object that comes in parts, put together with what the document of its standing version says of it; undefined where
 * they cannot be, and it counts as it came.
 */
export type MergeWithCurrent<Document> = (stored: Document) => ObjectObservation<Document> | undefined;
