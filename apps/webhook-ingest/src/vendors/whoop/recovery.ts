import { z } from 'zod';
import { measuredField, momentField } from '../../documents/domain/fields.ts';
import { measured } from '../../documents/domain/measured.ts';
import { observed } from '../../documents/domain/observed.ts';
import { readDocument } from '../../documents/domain/read-document.ts';
import type { Normalized } from '../../documents/domain/normalized.ts';
import { whoopObjectId, type WhoopHead } from './document-head.ts';
import { endAfterStart, localSpan, spanFields } from './span.ts';

const recoverySchema = z.looseObject({
  created_at: momentField,
  score: z.looseObject({
    recovery_score: z.number(),
    resting_heart_rate: z.number(),
    hrv_rmssd_milli: z.number(),
    /** From WHOOP 4.0 on. */
    spo2_percentage: measuredField,
    skin_temp_celsius: measuredField,
  }),
});

const nightSchema = z
  .looseObject({ ...spanFields, id: z.union([z.string(), z.number()]) })
  .refine(endAfterStart.check, endAfterStart.problem);

/**
 * What the night did. `sleep` is the document of its sleep, which alone knows when the night was; without it the time of
 * the recovery's creation stands in, a few minutes after waking.
 */
export function normalizeRecovery(document: unknown, head: WhoopHead, sleep: unknown): Normalized {
  const { objectId, vendorVersion } = head;
  const read = readDocument(recoverySchema, document, objectId);
  if (read.kind !== 'ok') return read;
  const { score, created_at } = read.value;
  const night = nightOf(sleep, objectId);
  const average = { ...night, context: 'sleep', statistic: 'average' } as const;
  return observed({
    objectId,
    vendorVersion,
    eventType: 'recovery',
    timestamp: night.end ?? created_at.text,
    reported: 'sensed',
    readings: measured([
      { metric: 'recovery_score', path: 'score.recovery_score', value: score.recovery_score, unit: '%' },
      {
        metric: 'hrv_rmssd',
        path: 'score.hrv_rmssd_milli',
        value: score.hrv_rmssd_milli,
        unit: 'ms',
        ...average,
      },
      {
        metric: 'resting_heart_rate',
        path: 'score.resting_heart_rate',
        value: score.resting_heart_rate,
        unit: '/min',
        ...night,
      },
      { metric: 'spo2', path: 'score.spo2_percentage', value: score.spo2_percentage, unit: '%', ...average },
      {
        metric: 'skin_temp',
        path: 'score.skin_temp_celsius',
        value: score.skin_temp_celsius,
        unit: 'Cel',
        ...average,
      },
    ]),
  });
}

/** Of another sleep nothing is taken. */
function nightOf(sleep: unknown, recoveryId: string): { readonly start?: string; readonly end?: string } {
  const read = nightSchema.safeParse(sleep);
  if (!read.success || whoopObjectId('recovery', read.data.id) !== recoveryId) return {};
  return localSpan(read.data);
}
