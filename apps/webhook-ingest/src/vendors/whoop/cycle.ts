import { z } from 'zod';
import { measured } from '../../documents/domain/measured.ts';
import { observed } from '../../documents/domain/observed.ts';
import { readDocument } from '../../documents/domain/read-document.ts';
import type { Normalized } from '../../documents/domain/normalized.ts';
import type { WhoopHead } from './document-head.ts';
import { endAfterStart, localSpan, spanFields } from './span.ts';

const cycleSchema = z
  .looseObject({
    ...spanFields,
    score: z.looseObject({
      strain: z.number(),
      kilojoule: z.number(),
      average_heart_rate: z.number(),
      max_heart_rate: z.number(),
    }),
  })
  .refine(endAfterStart.check, endAfterStart.problem);

const runningSchema = z.looseObject({ end: z.null().optional() });

/** A day by WHOOP's count, from one sleep to the next. The one that still runs is waited for: its figures only grow. */
export function normalizeCycle(document: unknown, { objectId, vendorVersion }: WhoopHead): Normalized {
  if (runningSchema.safeParse(document).success) return { kind: 'waiting', objectId };
  const read = readDocument(cycleSchema, document, objectId);
  if (read.kind !== 'ok') return read;
  const { score } = read.value;
  const span = localSpan(read.value);
  return observed({
    objectId,
    vendorVersion,
    eventType: 'cycle',
    timestamp: span.end,
    reported: 'sensed',
    readings: measured([
      { metric: 'strain', path: 'score.strain', value: score.strain, unit: '{score}', ...span },
      {
        metric: 'total_energy',
        path: 'score.kilojoule',
        value: score.kilojoule,
        unit: 'kJ',
        ...span,
        statistic: 'sum',
      },
      {
        metric: 'heart_rate',
        path: 'score.average_heart_rate',
        value: score.average_heart_rate,
        unit: '/min',
        ...span,
        statistic: 'average',
      },
      {
        metric: 'heart_rate',
        path: 'score.max_heart_rate',
        value: score.max_heart_rate,
        unit: '/min',
        ...span,
        statistic: 'maximum',
      },
    ]),
  });
}
