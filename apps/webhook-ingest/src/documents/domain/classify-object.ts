import type { Normalized } from './normalized.ts';
import { objectEvent, partsOf, withdrawal, type UnversionedEvent } from './object-event.ts';

/** What to store for a document, before its object is looked up. */
export type ObjectOutcome =
  | {
      readonly kind: 'versions';
      /** More than one where an object has too many readings for one event. */
      readonly parts: readonly ObjectPart[];
    }
  | { readonly kind: 'quarantined' | 'unmapped'; readonly reason: string }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'dropped'; readonly reason: string };

/** One event to be, of one object. */
export type ObjectPart = {
  readonly objectId: string;
  readonly vendorVersion: number | undefined;
  readonly completeness?: number | undefined;
  readonly event: UnversionedEvent;
};

type Arrival = {
  readonly source: string;
  readonly userId: string;
  readonly arrivalMs: number;
  readonly retentionDays?: number | undefined;
  readonly rawSha256: string;
};

/** An object without a known reading is unmapped; an implausible one is quarantined. Both documents are kept. */
export function classifyObject(normalized: Normalized, arrival: Arrival): ObjectOutcome {
  switch (normalized.kind) {
    case 'waiting':
      return { kind: 'waiting' };
    case 'unmapped':
      return { kind: 'unmapped', reason: normalized.reason };
    case 'quarantined':
      return { kind: 'quarantined', reason: 'invalid_document' };
    case 'withdrawn': {
      const { objectId, vendorVersion } = normalized;
      return { kind: 'versions', parts: [{ objectId, vendorVersion, event: withdrawal(objectId, arrival) }] };
    }
    case 'object': {
      const parts: ObjectPart[] = [];
      for (const part of partsOf(normalized.object)) {
        const made = objectEvent(part, arrival);
        if (made.kind !== 'event') return { kind: made.kind, reason: made.reason };
        if (made.event.readings.length === 0) return { kind: 'unmapped', reason: 'no_readings' };
        const { vendorVersion, completeness } = part;
        parts.push({ objectId: made.objectId, vendorVersion, completeness, event: made.event });
      }
      return { kind: 'versions', parts };
    }
  }
}
