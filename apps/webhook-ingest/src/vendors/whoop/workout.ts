import { z } from 'zod';
import { measuredField } from '../../documents/domain/fields.ts';
import { measured } from '../../documents/domain/measured.ts';
import { observed } from '../../documents/domain/observed.ts';
import { readDocument } from '../../documents/domain/read-document.ts';
import type { Normalized } from '../../documents/domain/normalized.ts';
import type { WhoopHead } from './document-head.ts';
import { endAfterStart, localSpan, spanFields } from './span.ts';

const workoutSchema = z
  .looseObject({
    ...spanFields,
    score: z.looseObject({
      strain: z.number(),
      average_heart_rate: z.number(),
      max_heart_rate: z.number(),
      kilojoule: z.number(),
      distance_meter: measuredField,
    }),
  })
  .refine(endAfterStart.check, endAfterStart.problem);

/** Its energy includes the resting share. */
export function normalizeWorkout(document: unknown, { objectId, vendorVersion }: WhoopHead): Normalized {
  const read = readDocument(workoutSchema, document, objectId);
  if (read.kind !== 'ok') return read;
  const { score, start, end } = read.value;
  const span = localSpan(read.value);
  const active = { ...span, context: 'active' } as const;
  const sum = { ...active, statistic: 'sum' } as const;
  return observed({
    objectId,
    vendorVersion,
    eventType: 'workout',
    timestamp: span.end,
    reported: 'sensed',
    readings: measured([
      { metric: 'workout_duration', path: 'end', value: end.epochMs - start.epochMs, unit: 'ms', ...sum },
      { metric: 'strain', path: 'score.strain', value: score.strain, unit: '{score}', ...active },
      {
        metric: 'heart_rate',
        path: 'score.average_heart_rate',
        value: score.average_heart_rate,
        unit: '/min',
        ...active,
        statistic: 'average',
      },
      {
        metric: 'heart_rate',
        path: 'score.max_heart_rate',
        value: score.max_heart_rate,
        unit: '/min',
        ...active,
        statistic: 'maximum',
      },
      { metric: 'total_energy', path: 'score.kilojoule', value: score.kilojoule, unit: 'kJ', ...sum },
      { metric: 'distance', path: 'score.distance_meter', value: score.distance_meter, unit: 'm', ...sum },
    ]),
  });
}
