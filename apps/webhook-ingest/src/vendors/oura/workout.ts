import { z } from 'zod';
import { measuredField, momentField } from '../../documents/domain/fields.ts';
import { measured } from '../../documents/domain/measured.ts';
import { observed } from '../../documents/domain/observed.ts';
import { readDocument } from '../../documents/domain/read-document.ts';
import type { Normalized } from '../../documents/domain/normalized.ts';
import type { OuraHead } from './document-head.ts';

const workoutSchema = z
  .looseObject({
    start_datetime: momentField,
    end_datetime: momentField,
    source: z.string().nullish(),
    calories: measuredField,
    distance: measuredField,
  })
  .refine(({ start_datetime, end_datetime }) => end_datetime.epochMs > start_datetime.epochMs, {
    path: ['end_datetime'],
    message: 'must lie after start_datetime',
  });

/** No pulse inside. Its duration is always there, so that a workout without energy explains the pulse all the same. */
export function normalizeWorkout(document: unknown, head: OuraHead): Normalized {
  const read = readDocument(workoutSchema, document, head.objectId);
  if (read.kind !== 'ok') return read;
  const { start_datetime: start, end_datetime: end, source, calories, distance } = read.value;
  const whole = { start: start.text, end: end.text, context: 'active', statistic: 'sum' } as const;
  const seconds = (end.epochMs - start.epochMs) / 1000;
  return observed({
    ...head,
    eventType: 'workout',
    timestamp: end.text,
    reported: source === 'manual' ? 'self_reported' : 'sensed',
    readings: measured([
      { metric: 'workout_duration', path: 'end_datetime', value: seconds, unit: 's', ...whole },
      { metric: 'active_energy', path: 'calories', value: calories, unit: 'kcal', ...whole },
      { metric: 'distance', path: 'distance', value: distance, unit: 'm', ...whole },
    ]),
  });
}
