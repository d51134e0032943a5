import type { GivenReading, MetricName } from '@bridge/contracts';
import { z } from 'zod';
import { judgeBed } from '../../documents/domain/bed-gate.ts';
import { boundsOf, isShort, withoutTime, type Bounds } from '../../documents/domain/bounds.ts';
import { createFieldReader, type FieldReader } from '../../documents/domain/field-reader.ts';
import { measured } from '../../documents/domain/measured.ts';
import type { NormalizedDocument } from '../../documents/domain/normalized.ts';
import { observed } from '../../documents/domain/observed.ts';
import { readDay } from './day.ts';
import type { OuraHead } from './document-head.ts';
import { samplesOf } from './sample.ts';

/** A short sleep is no night: what is measured in it must not count as the night's. */
const naps = new Set(['sleep', 'late_nap']);
const uncounted = new Set(['rest', 'deleted']);

/** One sleep period. The embedded `readiness` comes as a document of its own. */
export function normalizeSleep(document: unknown, { lost, ...head }: OuraHead): NormalizedDocument {
  const read = createFieldReader(document);
  const type = read.field('type', z.string());
  if (type !== undefined && uncounted.has(type)) return { kind: 'withdrawn', ...head };
  if (type !== undefined && type !== 'long_sleep' && !naps.has(type))
    return { kind: 'unmapped', reason: 'unknown_type' };
  const inBed = read.number('time_in_bed', 'promised');
  const bounds = boundsOf(read, {
    start: read.moment('bedtime_start', 'promised'),
    end: read.moment('bedtime_end', 'promised'),
    durationMs: inBed === undefined ? undefined : inBed * 1000,
    endPath: 'bedtime_end',
    fallback: readDay(read),
  });
  if (bounds === undefined) return withoutTime(read, head.objectId, 'bedtime_end');
  const isNap = type === undefined ? isShort(bounds) : naps.has(type);
  return observed({
    ...head,
    eventType: isNap ? 'nap' : 'sleep',
    timestamp: bounds.timestamp,
    reported: 'sensed',
    readings: [...vitalsOf(read, bounds, isNap ? 'rest' : 'sleep'), ...partsOf(read, bounds, inBed)],
    flags: bounds.flags,
    lost: [...lost, ...read.lost],
  });
}

/** `lowest_heart_rate` is the lowest in sleep, which is no resting pulse. */
function vitalsOf(
  read: FieldReader,
  { period, endMs: untilMs }: Bounds,
  context: 'sleep' | 'rest',
): GivenReading[] {
  const field = (metric: MetricName, path: string, unit: string) =>
    ({ metric, path, value: read.number(path), unit, ...period, context }) as const;
  return [
    ...measured([
      { ...field('hrv_rmssd', 'average_hrv', 'ms'), statistic: 'average' },
      { ...field('heart_rate', 'average_heart_rate', '/min'), statistic: 'average' },
      { ...field('heart_rate', 'lowest_heart_rate', '/min'), statistic: 'minimum' },
      { ...field('respiratory_rate', 'average_breath', '/min'), statistic: 'average' },
    ]),
    ...samplesOf(read, { path: 'heart_rate', metric: 'heart_rate', unit: '/min', context, untilMs }),
    ...samplesOf(read, { path: 'hrv', metric: 'hrv_rmssd', unit: 'ms', context, untilMs }),
  ];
}

function partsOf(
  read: FieldReader,
  { period, startMs, endMs }: Bounds,
  inBed: number | undefined,
): GivenReading[] {
  const asleep = read.number('total_sleep_duration');
  const stays = judgeBed(
    read,
    {
      asleepMs: asleep === undefined ? undefined : asleep * 1000,
      inBedMs: inBed === undefined ? undefined : inBed * 1000,
      spanMs: startMs === undefined || endMs === undefined ? undefined : endMs - startMs,
    },
    { asleep: 'total_sleep_duration', inBed: 'time_in_bed' },
  );
  const inSleep = { ...period, context: 'sleep' } as const;
  const seconds = (metric: MetricName, path: string, value: number | undefined) =>
    ({ metric, path, value, unit: 's', ...inSleep }) as const;
  const part = (metric: MetricName, path: string) => seconds(metric, path, read.number(path));
  return measured([
    seconds('time_in_bed', 'time_in_bed', stays.inBed ? inBed : undefined),
    seconds('sleep_duration', 'total_sleep_duration', stays.asleep ? asleep : undefined),
    part('sleep_deep', 'deep_sleep_duration'),
    part('sleep_light', 'light_sleep_duration'),
    part('sleep_rem', 'rem_sleep_duration'),
    part('sleep_awake', 'awake_time'),
    part('sleep_latency', 'latency'),
    { ...part('sleep_efficiency', 'efficiency'), unit: '%' },
  ]);
}
