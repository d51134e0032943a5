import { z } from 'zod';
import { withoutTime } from '../../documents/domain/bounds.ts';
import { createFieldReader } from '../../documents/domain/field-reader.ts';
import { measured } from '../../documents/domain/measured.ts';
import type { NormalizedDocument } from '../../documents/domain/normalized.ts';
import { observed } from '../../documents/domain/observed.ts';
import { endDatetime, readDatetimeBounds } from './datetime-bounds.ts';
import type { OuraHead } from './document-head.ts';

/** No pulse inside. Its duration alone explains the pulse, also where there is no energy. */
export function normalizeWorkout(document: unknown, { lost, ...head }: OuraHead): NormalizedDocument {
  const read = createFieldReader(document);
  const bounds = readDatetimeBounds(read);
  if (bounds === undefined) return withoutTime(read, head.objectId, endDatetime);
  const { startMs, endMs } = bounds;
  const whole = { ...bounds.period, context: 'active', statistic: 'sum' } as const;
  const seconds = startMs === undefined || endMs === undefined ? undefined : (endMs - startMs) / 1000;
  const [calories, distance] = [read.number('calories'), read.number('distance')];
  return observed({
    ...head,
    eventType: 'workout',
    timestamp: bounds.timestamp,
    reported: read.field('source', z.string()) === 'manual' ? 'self_reported' : 'sensed',
    readings: measured([
      { metric: 'workout_duration', path: 'end_datetime', value: seconds, unit: 's', ...whole },
      { metric: 'active_energy', path: 'calories', value: calories, unit: 'kcal', ...whole },
      { metric: 'distance', path: 'distance', value: distance, unit: 'm', ...whole },
    ]),
    flags: bounds.flags,
    lost: [...lost, ...read.lost],
  });
}
