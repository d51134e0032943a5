import { withoutTime } from '../../documents/domain/bounds.ts';
import { createFieldReader } from '../../documents/domain/field-reader.ts';
import { measured } from '../../documents/domain/measured.ts';
import type { NormalizedDocument } from '../../documents/domain/normalized.ts';
import { observed } from '../../documents/domain/observed.ts';
import type { WhoopHead } from './document-head.ts';
import { localSpan } from './span.ts';

/** Its energy includes the resting share. */
export function normalizeWorkout(document: unknown, { lost, ...head }: WhoopHead): NormalizedDocument {
  const read = createFieldReader(document);
  const bounds = localSpan(read);
  if (bounds === undefined) return withoutTime(read, head.objectId, 'end');
  const { startMs, endMs, period } = bounds;
  const durationMs = startMs === undefined || endMs === undefined ? undefined : endMs - startMs;
  const active = { ...period, context: 'active' } as const;
  const score = read.within('score', 'promised');
  const field = (name: string) =>
    ({ path: `score.${name}`, value: score.number(name, 'promised'), ...active }) as const;
  return observed({
    ...head,
    eventType: 'workout',
    timestamp: bounds.timestamp,
    reported: 'sensed',
    readings: measured([
      {
        metric: 'workout_duration',
        path: 'end',
        value: durationMs,
        unit: 'ms',
        ...active,
        statistic: 'sum',
      },
      { metric: 'strain', unit: '{score}', ...field('strain') },
      { metric: 'heart_rate', unit: '/min', ...field('average_heart_rate'), statistic: 'average' },
      { metric: 'heart_rate', unit: '/min', ...field('max_heart_rate'), statistic: 'maximum' },
      { metric: 'total_energy', unit: 'kJ', ...field('kilojoule'), statistic: 'sum' },
      {
        metric: 'distance',
        path: 'score.distance_meter',
        value: score.number('distance_meter'),
        unit: 'm',
        ...active,
        statistic: 'sum',
      },
    ]),
    flags: bounds.flags,
    lost: [...lost, ...read.lost],
  });
}
