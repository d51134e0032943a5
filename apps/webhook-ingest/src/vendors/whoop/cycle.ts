import { z } from 'zod';
import { withoutTime } from '../../documents/domain/bounds.ts';
import { createFieldReader } from '../../documents/domain/field-reader.ts';
import { measured } from '../../documents/domain/measured.ts';
import type { NormalizedDocument } from '../../documents/domain/normalized.ts';
import { observed } from '../../documents/domain/observed.ts';
import type { WhoopHead } from './document-head.ts';
import { localSpan } from './span.ts';

const runningSchema = z.looseObject({ end: z.null().optional() });

/** A day by WHOOP's count, from one sleep to the next. The one that still runs is waited for: its figures only grow. */
export function normalizeCycle(document: unknown, { lost, ...head }: WhoopHead): NormalizedDocument {
  if (runningSchema.safeParse(document).success) return { kind: 'waiting', objectId: head.objectId };
  const read = createFieldReader(document);
  const bounds = localSpan(read);
  if (bounds === undefined) return withoutTime(read, head.objectId, 'end');
  const score = read.within('score', 'promised');
  const field = (name: string) => ({
    path: `score.${name}`,
    value: score.number(name, 'promised'),
    ...bounds.period,
  });
  return observed({
    ...head,
    eventType: 'cycle',
    timestamp: bounds.timestamp,
    reported: 'sensed',
    readings: measured([
      { metric: 'strain', unit: '{score}', ...field('strain') },
      { metric: 'total_energy', unit: 'kJ', ...field('kilojoule'), statistic: 'sum' },
      { metric: 'heart_rate', unit: '/min', ...field('average_heart_rate'), statistic: 'average' },
      { metric: 'heart_rate', unit: '/min', ...field('max_heart_rate'), statistic: 'maximum' },
    ]),
    flags: bounds.flags,
    lost: [...lost, ...read.lost],
  });
}
