import type { NormalizedDocument } from './normalized.ts';

/** One observation of an object: its normalized form and the document. */
export type ObjectObservation<Document> = {
  readonly normalized: NormalizedDocument;
  readonly raw: Document;
};

/**
 * Merges an object that comes in parts with the document of its current version. Undefined if they cannot be merged: then it
 * counts as it came.
 */
export type MergeWithCurrent<Document> = (stored: Document) => ObjectObservation<Document> | undefined;

/** One document, normalized. */
export type Observation = {
  readonly source: string;
  readonly normalized: NormalizedDocument;
  /** The document as it came. */
  readonly raw: Buffer;
  readonly connectionId?: string;
  /** Given if the object may come in parts. Called under the person's lock, if there is a current version. */
  readonly mergeWithCurrent?: MergeWithCurrent<Buffer>;
};

export type StoreOutcome =
  | {
      readonly kind: 'published';
      readonly eventId: string;
      readonly version: number;
      readonly operation: 'upsert' | 'delete';
    }
  | { readonly kind: 'duplicate' | 'stale' | 'waiting' | 'unmapped' | 'quarantined' | 'dropped' };
