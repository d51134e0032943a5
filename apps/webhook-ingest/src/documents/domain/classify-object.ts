import type { Problem } from '@bridge/contracts';
import type { LostField } from './lost-field.ts';
import type { NormalObject, NormalizedDocument } from './normalized.ts';
import type { PersonZone } from './person-zone.ts';
import { objectEvent, partsOf, withdrawal, type UnversionedEvent } from './object-event.ts';
import { faultyFields, plausibleFields } from './plausible-fields.ts';

/** What to store for a document, before its object is looked up. */
export type ObjectOutcome =
  | {
      readonly kind: 'versions';
      /** More than one where an object has too many readings for one event. */
      readonly parts: readonly ObjectPart[];
      /** Fields that the document could not give. */
      readonly lost: readonly LostField[];
    }
  | { readonly kind: 'quarantined'; readonly reason: string; readonly problems: readonly Problem[] }
  | {
      readonly kind: 'unmapped';
      readonly reason: string;
      /** What to publish instead if the object was published before. */
      readonly withdrawal?: ObjectPart;
    }
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
  readonly zone: PersonZone;
};

/** An object without a known reading is unmapped; one with implausible ones alone is quarantined. Both documents are kept. */
export function classifyObject(normalized: NormalizedDocument, arrival: Arrival): ObjectOutcome {
  switch (normalized.kind) {
    case 'waiting':
      return { kind: 'waiting' };
    case 'unmapped':
      return unmapped(normalized.reason, normalized, arrival);
    case 'quarantined':
      return { kind: 'quarantined', reason: 'invalid_document', problems: normalized.problems };
    case 'withdrawn':
      return { kind: 'versions', parts: [withdrawn(normalized, arrival)], lost: [] };
    case 'object':
      return classifyReadings(normalized.object, arrival);
  }
}

function classifyReadings(given: NormalObject, arrival: Arrival): ObjectOutcome {
  const { object, lost, reason } = plausibleFields(given, arrival.arrivalMs);
  if (object.readings.length === 0 && reason !== undefined)
    return { kind: 'quarantined', reason, problems: faultyFields(lost) };
  const parts: ObjectPart[] = [];
  for (const part of partsOf(object)) {
    const made = objectEvent(part, arrival);
    if (made.kind === 'quarantined')
      return { kind: 'quarantined', reason: made.reason, problems: made.problems };
    if (made.kind === 'dropped') return { kind: 'dropped', reason: made.reason };
    if (made.event.readings.length === 0) {
      const { objectId, vendorVersion } = given;
      const isPart = given.completeness !== undefined;
      return unmapped('no_readings', isPart ? {} : { objectId, vendorVersion }, arrival);
    }
    const { vendorVersion, completeness } = part;
    parts.push({ objectId: made.objectId, vendorVersion, completeness, event: made.event });
  }
  return { kind: 'versions', parts, lost };
}

type ObjectHead = { readonly objectId: string; readonly vendorVersion?: number | undefined };

function unmapped(
  reason: string,
  { objectId, vendorVersion }: Partial<ObjectHead>,
  arrival: Arrival,
): ObjectOutcome {
  if (objectId === undefined) return { kind: 'unmapped', reason };
  return { kind: 'unmapped', reason, withdrawal: withdrawn({ objectId, vendorVersion }, arrival) };
}

function withdrawn({ objectId, vendorVersion }: ObjectHead, arrival: Arrival): ObjectPart {
  return { objectId, vendorVersion, event: withdrawal(objectId, arrival) };
}
