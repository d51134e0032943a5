import type { Normalized } from './normalized.ts';

/** One observation of an object: its normalized form and the document. */
export type ObjectObservation<Document> = {
  readonly normalized: Normalized;
  readonly raw: Document;
};

/**
 * Merges an object that comes in parts with the document of its current version. Undefined if they cannot be merged: then it
 * counts as it came.
 */
export type MergeWithCurrent<Document> = (stored: Document) => ObjectObservation<Document> | undefined;
