import { withoutTime } from '../../documents/domain/bounds.ts';
import { createFieldReader } from '../../documents/domain/field-reader.ts';
import type { NormalizedDocument } from '../../documents/domain/normalized.ts';
import { observed } from '../../documents/domain/observed.ts';
import { endDatetime, readDatetimeBounds } from './datetime-bounds.ts';
import type { OuraHead } from './document-head.ts';
import { samplesOf } from './sample.ts';

/** Breathing, meditation, a rest: all of its kinds are at rest. The mood is kept with the document. */
export function normalizeSession(document: unknown, { lost, ...head }: OuraHead): NormalizedDocument {
  const read = createFieldReader(document);
  const bounds = readDatetimeBounds(read);
  if (bounds === undefined) return withoutTime(read, head.objectId, endDatetime);
  const atRest = { context: 'rest', untilMs: bounds.endMs } as const;
  return observed({
    ...head,
    eventType: 'session',
    timestamp: bounds.timestamp,
    reported: 'sensed',
    readings: [
      ...samplesOf(read, { path: 'heart_rate', metric: 'heart_rate', unit: '/min', ...atRest }),
      ...samplesOf(read, { path: 'heart_rate_variability', metric: 'hrv_rmssd', unit: 'ms', ...atRest }),
    ],
    flags: bounds.flags,
    lost: [...lost, ...read.lost],
  });
}
