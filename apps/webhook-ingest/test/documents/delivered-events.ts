import type { BiometricEvent } from '@bridge/contracts';
import { classifyObject } from '../../src/documents/domain/classify-object.ts';
import { versioned } from '../../src/documents/domain/object-event.ts';
import { withOffsets, type PersonZone } from '../../src/documents/domain/person-zone.ts';
import { normalizeOura } from '../../src/vendors/oura/normalize-oura.ts';
import { objectFrom } from './event-from.ts';

export type OuraDocument = readonly [dataType: string, document: unknown];

/** The events of Oura's documents that arrive together, and where their person is known to be then. */
export function deliveredEvents(
  documents: readonly OuraDocument[],
  { zone: before, arrivalMs }: { readonly zone: PersonZone; readonly arrivalMs: number },
): { readonly events: readonly BiometricEvent[]; readonly zone: PersonZone } {
  const observed = documents.map(([dataType, document]) => normalizeOura(dataType, document));
  const times = observed.map((one) => objectFrom(one).timestamp);
  const zone = withOffsets(before, times, arrivalMs);
  const events = observed.flatMap((one) => {
    const outcome = classifyObject(one, {
      source: 'oura',
      userId: 'ada',
      arrivalMs,
      rawSha256: '0'.repeat(64),
      zone,
    });
    if (outcome.kind !== 'versions') throw new Error(outcome.kind);
    return outcome.parts.map(({ event, objectId }) => versioned(event, objectId, 0));
  });
  return { events, zone };
}
