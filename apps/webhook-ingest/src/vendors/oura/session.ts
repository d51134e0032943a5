import { z } from 'zod';
import { momentField } from '../../documents/domain/fields.ts';
import { observed } from '../../documents/domain/observed.ts';
import { readDocument } from '../../documents/domain/read-document.ts';
import type { Normalized } from '../../documents/domain/normalized.ts';
import type { OuraHead } from './document-head.ts';
import { sampleField, samplesOf } from './sample.ts';

const sessionSchema = z
  .looseObject({
    start_datetime: momentField,
    end_datetime: momentField,
    heart_rate: sampleField,
    heart_rate_variability: sampleField,
  })
  .refine(({ start_datetime, end_datetime }) => end_datetime.epochMs > start_datetime.epochMs, {
    path: ['end_datetime'],
    message: 'must lie after start_datetime',
  });

/** Breathing, meditation, a rest: all of its kinds are at rest. The mood is kept with the document. */
export function normalizeSession(document: unknown, head: OuraHead): Normalized {
  const read = readDocument(sessionSchema, document, head.objectId);
  if (read.kind !== 'ok') return read;
  const { end_datetime: until, heart_rate, heart_rate_variability: hrv } = read.value;
  const atRest = { context: 'rest', until } as const;
  return observed({
    ...head,
    eventType: 'session',
    timestamp: until.text,
    reported: 'sensed',
    readings: [
      ...samplesOf(heart_rate, { path: 'heart_rate', metric: 'heart_rate', unit: '/min', ...atRest }),
      ...samplesOf(hrv, { path: 'heart_rate_variability', metric: 'hrv_rmssd', unit: 'ms', ...atRest }),
    ],
  });
}
