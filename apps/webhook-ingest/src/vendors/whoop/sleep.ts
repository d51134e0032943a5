import type { MetricName } from '@bridge/contracts';
import { z } from 'zod';
import { measuredField } from '../../documents/domain/fields.ts';
import { measured, type MeasuredField } from '../../documents/domain/measured.ts';
import { observed } from '../../documents/domain/observed.ts';
import { readDocument } from '../../documents/domain/read-document.ts';
import type { Normalized } from '../../documents/domain/normalized.ts';
import type { WhoopHead } from './document-head.ts';
import { endAfterStart, localSpan, spanFields } from './span.ts';

type Stages = {
  readonly total_in_bed_time_milli: number;
  readonly total_awake_time_milli: number;
  readonly total_light_sleep_time_milli: number;
  readonly total_slow_wave_sleep_time_milli: number;
  readonly total_rem_sleep_time_milli: number;
};

const stagesSchema = z
  .looseObject({
    total_in_bed_time_milli: z.number(),
    total_awake_time_milli: z.number(),
    total_light_sleep_time_milli: z.number(),
    total_slow_wave_sleep_time_milli: z.number(),
    total_rem_sleep_time_milli: z.number(),
  })
  .refine((stages) => asleep(stages) <= stages.total_in_bed_time_milli, {
    path: ['total_in_bed_time_milli'],
    message: 'must not be less than the time asleep',
  });

const sleepSchema = z
  .looseObject({
    ...spanFields,
    nap: z.boolean(),
    score: z.looseObject({
      stage_summary: stagesSchema,
      respiratory_rate: measuredField,
      sleep_performance_percentage: measuredField,
      sleep_efficiency_percentage: measuredField,
    }),
  })
  .refine(endAfterStart.check, endAfterStart.problem);

/** A nap is no night: what is measured in it must not count as the night's. */
export function normalizeSleep(document: unknown, { objectId, vendorVersion }: WhoopHead): Normalized {
  const read = readDocument(sleepSchema, document, objectId);
  if (read.kind !== 'ok') return read;
  const { nap, score } = read.value;
  const { stage_summary: stages } = score;
  const span = localSpan(read.value);
  const inSleep = { ...span, context: 'sleep' } as const;
  const part = (metric: MetricName, field: keyof Stages): MeasuredField => ({
    metric,
    path: `score.stage_summary.${field}`,
    value: stages[field],
    unit: 'ms',
    ...inSleep,
  });
  return observed({
    objectId,
    vendorVersion,
    eventType: nap ? 'nap' : 'sleep',
    timestamp: span.end,
    reported: 'sensed',
    readings: measured([
      {
        metric: 'respiratory_rate',
        path: 'score.respiratory_rate',
        value: score.respiratory_rate,
        unit: '/min',
        ...span,
        context: nap ? 'rest' : 'sleep',
        statistic: 'average',
      },
      part('time_in_bed', 'total_in_bed_time_milli'),
      part('sleep_light', 'total_light_sleep_time_milli'),
      part('sleep_deep', 'total_slow_wave_sleep_time_milli'),
      part('sleep_rem', 'total_rem_sleep_time_milli'),
      part('sleep_awake', 'total_awake_time_milli'),
      {
        metric: 'sleep_duration',
        path: 'score.stage_summary',
        value: asleep(stages),
        unit: 'ms',
        ...inSleep,
      },
      {
        metric: 'sleep_efficiency',
        path: 'score.sleep_efficiency_percentage',
        value: score.sleep_efficiency_percentage,
        unit: '%',
        ...inSleep,
      },
      {
        metric: 'sleep_performance',
        path: 'score.sleep_performance_percentage',
        value: score.sleep_performance_percentage,
        unit: '%',
        ...inSleep,
      },
    ]),
  });
}

function asleep(stages: Stages): number {
  return (
    stages.total_light_sleep_time_milli +
    stages.total_slow_wave_sleep_time_milli +
    stages.total_rem_sleep_time_milli
  );
}
