import type { ReservedSource } from '@bridge/contracts';
import type { Normalized } from './normalized.ts';
import { objectEvent, partsOf, withdrawal, type UnversionedEvent } from './object-event.ts';

/** What a document asks to be stored, before anything is known of its object. */
export type Judged =
  | {
      readonly kind: 'versions';
      /** More than one where an object has too many readings for one event. */
      readonly parts: readonly Part[];
    }
  | { readonly kind: 'quarantined' | 'kept'; readonly reason: string }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'dropped'; readonly reason: string };

/** One event to be, of one object. */
export type Part = {
  readonly objectId: string;
  readonly vendorVersion: number | undefined;
  readonly completeness?: number | undefined;
  readonly event: UnversionedEvent;
};

type Arrival = {
  readonly source: ReservedSource;
  readonly userId: string;
  readonly arrivalMs: number;
  readonly retentionDays?: number | undefined;
  readonly rawSha256: string;
};

/** An object without a reading that the dictionary knows is kept; so is what cannot be, as quarantined. */
export function judgeObject(normalized: Normalized, arrival: Arrival): Judged {
  switch (normalized.kind) {
    case 'waiting':
      return { kind: 'waiting' };
    case 'kept':
      return { kind: 'kept', reason: normalized.reason };
    case 'quarantined':
      return { kind: 'quarantined', reason: 'invalid_document' };
    case 'withdrawn': {
      const { objectId, vendorVersion } = normalized;
      return { kind: 'versions', parts: [{ objectId, vendorVersion, event: withdrawal(objectId, arrival) }] };
    }
    case 'object': {
      const parts: Part[] = [];
      for (const part of partsOf(normalized.object)) {
        const made = objectEvent(part, arrival);
        if (made.kind !== 'event') return { kind: made.kind, reason: made.reason };
        if (made.event.readings.length === 0) return { kind: 'kept', reason: 'no_readings' };
        const { vendorVersion, completeness } = part;
        parts.push({ objectId: made.objectId, vendorVersion, completeness, event: made.event });
      }
      return { kind: 'versions', parts };
    }
  }
}
