import type { NormalObject, NormalizedDocument } from '../../src/documents/domain/normalized.ts';
import { unknownZone, type PersonZone } from '../../src/documents/domain/person-zone.ts';
import { objectEvent, type UnversionedEvent } from '../../src/documents/domain/object-event.ts';

/** The day after everything that the fixtures tell. */
export const arrival = Date.parse('2026-07-07T12:00:00Z');

/** The object that a normalizer made, for tests. */
export function objectFrom(normalized: NormalizedDocument): NormalObject {
  if (normalized.kind !== 'object') throw new Error(`is ${JSON.stringify(normalized)}`);
  return normalized.object;
}

/** The event that a normalizer's object becomes, for tests. */
export function eventFrom(
  source: string,
  normalized: NormalizedDocument,
  {
    arrivalMs = arrival,
    zone = unknownZone,
  }: { readonly arrivalMs?: number; readonly zone?: PersonZone } = {},
): UnversionedEvent {
  const object = objectFrom(normalized);
  const made = objectEvent(object, { source, userId: 'u', arrivalMs, rawSha256: '0'.repeat(64), zone });
  if (made.kind !== 'event') throw new Error(`is ${JSON.stringify(made)}`);
  return made.event;
}
