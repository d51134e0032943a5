import { z } from 'zod';
import { withoutTime } from '../../documents/domain/bounds.ts';
import { createFieldReader } from '../../documents/domain/field-reader.ts';
import { measured } from '../../documents/domain/measured.ts';
import type { NormalizedDocument } from '../../documents/domain/normalized.ts';
import { observed } from '../../documents/domain/observed.ts';
import { whoopObjectId, type WhoopHead } from './document-head.ts';
import { localSpan } from './span.ts';

const idField = z.union([z.string(), z.number()]);

/**
 * What the night did. `sleep` is the document of its sleep, which alone knows when the night was; without it the time of
 * the recovery's creation stands in, a few minutes after waking.
 */
export function normalizeRecovery(
  document: unknown,
  { lost, ...head }: WhoopHead,
  sleep: unknown,
): NormalizedDocument {
  const read = createFieldReader(document);
  const created = read.moment('created_at', 'promised') ?? read.moment('updated_at');
  const night = nightOf(sleep, head.objectId);
  const timestamp = night?.timestamp ?? created?.text;
  if (timestamp === undefined) return withoutTime(read, head.objectId, 'created_at');
  const score = read.within('score', 'promised');
  const field = (name: string, presence: 'promised' | 'optional') =>
    ({ path: `score.${name}`, value: score.number(name, presence), ...night?.period }) as const;
  const average = { context: 'sleep', statistic: 'average' } as const;
  return observed({
    ...head,
    eventType: 'recovery',
    timestamp,
    reported: 'sensed',
    readings: measured([
      {
        metric: 'recovery_score',
        path: 'score.recovery_score',
        value: score.number('recovery_score', 'promised'),
        unit: '%',
      },
      { metric: 'hrv_rmssd', unit: 'ms', ...field('hrv_rmssd_milli', 'promised'), ...average },
      { metric: 'resting_heart_rate', unit: '/min', ...field('resting_heart_rate', 'promised') },
      // From WHOOP 4.0 on.
      { metric: 'spo2', unit: '%', ...field('spo2_percentage', 'optional'), ...average },
      { metric: 'skin_temp', unit: 'Cel', ...field('skin_temp_celsius', 'optional'), ...average },
    ]),
    lost: [...lost, ...read.lost],
  });
}

/** Of another sleep nothing is taken. */
function nightOf(sleep: unknown, recoveryId: string) {
  const read = createFieldReader(sleep);
  const id = read.field('id', idField);
  if (id === undefined || whoopObjectId('recovery', id) !== recoveryId) return undefined;
  const night = localSpan(read);
  return night?.period.end === undefined ? undefined : night;
}
