import type { GivenReading } from '@bridge/contracts';
import { z } from 'zod';
import { measuredField, momentField } from '../../documents/domain/fields.ts';
import { measured } from '../../documents/domain/measured.ts';
import { observed } from '../../documents/domain/observed.ts';
import { readDocument } from '../../documents/domain/read-document.ts';
import type { Normalized } from '../../documents/domain/normalized.ts';
import type { OuraHead } from './document-head.ts';
import { sampleField, samplesOf } from './sample.ts';

const sleepSchema = z
  .looseObject({
    type: z.string().nullish(),
    bedtime_start: momentField,
    bedtime_end: momentField,
    time_in_bed: z.number(),
    total_sleep_duration: measuredField,
    deep_sleep_duration: measuredField,
    light_sleep_duration: measuredField,
    rem_sleep_duration: measuredField,
    awake_time: measuredField,
    latency: measuredField,
    efficiency: measuredField,
    average_heart_rate: measuredField,
    lowest_heart_rate: measuredField,
    average_hrv: measuredField,
    average_breath: measuredField,
    heart_rate: sampleField,
    hrv: sampleField,
  })
  .refine(({ bedtime_start, bedtime_end }) => bedtime_end.epochMs > bedtime_start.epochMs, {
    path: ['bedtime_end'],
    message: 'must lie after bedtime_start',
  })
  .refine(({ total_sleep_duration, time_in_bed }) => (total_sleep_duration ?? 0) <= time_in_bed, {
    path: ['total_sleep_duration'],
    message: 'must not exceed time_in_bed',
  });

type Sleep = z.infer<typeof sleepSchema>;

/** A short sleep is no night: what is measured in it must not count as the night's. */
const naps = new Set(['sleep', 'late_nap']);
const uncounted = new Set(['rest', 'deleted']);

/** One sleep period. The embedded `readiness` comes as a document of its own. */
export function normalizeSleep(document: unknown, head: OuraHead): Normalized {
  const read = readDocument(sleepSchema, document, head.objectId);
  if (read.kind !== 'ok') return read;
  const sleep = read.value;
  const type = sleep.type ?? 'long_sleep';
  if (uncounted.has(type)) return { kind: 'withdrawn', ...head };
  const isNap = naps.has(type);
  if (!isNap && type !== 'long_sleep') return { kind: 'unmapped', reason: 'unknown_type' };
  return observed({
    ...head,
    eventType: isNap ? 'nap' : 'sleep',
    timestamp: sleep.bedtime_end.text,
    reported: 'sensed',
    readings: [...vitalsOf(sleep, isNap ? 'rest' : 'sleep'), ...partsOf(sleep)],
  });
}

/** `lowest_heart_rate` is the lowest in sleep, which is no resting pulse. */
function vitalsOf(sleep: Sleep, context: 'sleep' | 'rest'): GivenReading[] {
  const { bedtime_start, bedtime_end: until } = sleep;
  const period = { start: bedtime_start.text, end: until.text, context } as const;
  const average = { ...period, statistic: 'average' } as const;
  return [
    ...measured([
      { metric: 'hrv_rmssd', path: 'average_hrv', value: sleep.average_hrv, unit: 'ms', ...average },
      {
        metric: 'heart_rate',
        path: 'average_heart_rate',
        value: sleep.average_heart_rate,
        unit: '/min',
        ...average,
      },
      {
        metric: 'heart_rate',
        path: 'lowest_heart_rate',
        value: sleep.lowest_heart_rate,
        unit: '/min',
        ...period,
        statistic: 'minimum',
      },
      {
        metric: 'respiratory_rate',
        path: 'average_breath',
        value: sleep.average_breath,
        unit: '/min',
        ...average,
      },
    ]),
    ...samplesOf(sleep.heart_rate, {
      path: 'heart_rate',
      metric: 'heart_rate',
      unit: '/min',
      context,
      until,
    }),
    ...samplesOf(sleep.hrv, { path: 'hrv', metric: 'hrv_rmssd', unit: 'ms', context, until }),
  ];
}

function partsOf(sleep: Sleep): GivenReading[] {
  const period = { start: sleep.bedtime_start.text, end: sleep.bedtime_end.text, context: 'sleep' } as const;
  const seconds = { unit: 's', ...period };
  return measured([
    { metric: 'time_in_bed', path: 'time_in_bed', value: sleep.time_in_bed, ...seconds },
    { metric: 'sleep_duration', path: 'total_sleep_duration', value: sleep.total_sleep_duration, ...seconds },
    { metric: 'sleep_deep', path: 'deep_sleep_duration', value: sleep.deep_sleep_duration, ...seconds },
    { metric: 'sleep_light', path: 'light_sleep_duration', value: sleep.light_sleep_duration, ...seconds },
    { metric: 'sleep_rem', path: 'rem_sleep_duration', value: sleep.rem_sleep_duration, ...seconds },
    { metric: 'sleep_awake', path: 'awake_time', value: sleep.awake_time, ...seconds },
    { metric: 'sleep_latency', path: 'latency', value: sleep.latency, ...seconds },
    { metric: 'sleep_efficiency', path: 'efficiency', value: sleep.efficiency, unit: '%', ...period },
  ]);
}
