import type { GivenReading, MetricName } from '@bridge/contracts';
import { parseTimestamp } from '@bridge/contracts';
import type { Normalized } from '../../documents/domain/normalized.ts';
import { halvesOf, nightCompleteness, nightKey, type NightKey, type Interval } from './night-key.ts';

/** One night in any export format; durations in seconds. */
export type SleepNight = {
  /** Hash of the source's name. */
  readonly device: string | undefined;
  readonly start: string;
  readonly end: string;
  readonly asleep: number;
  readonly inBed?: number;
  readonly stages: Readonly<Record<'deep' | 'light' | 'rem' | 'awake', number | undefined>>;
  /** The intervals that it was computed from; unknown if only totals were exported. */
  readonly intervals?: readonly Interval[];
};

const noOne = 'unknown';
/** Exports round hours to a few digits. */
const roundingSeconds = 60;
const daySeconds = 24 * 3600;

/** A night as an object, from its totals or its stages. */
export function nightObject({
  device,
  start,
  end,
  asleep,
  inBed,
  stages,
  intervals,
}: SleepNight): Normalized {
  const begin = parseTimestamp(start);
  const finish = parseTimestamp(end);
  const night = nightKey(start, end);
  if (begin === undefined || finish === undefined || night === undefined) {
    return invalidNight('sleep_analysis.start');
  }
  // Without start and end: another window, or Apple's next analysis of the night, moves them.
  const objectId = `sleep/${device ?? noOne}/${night.key}`;
  if (finish.epochMs <= begin.epochMs) return impossible(objectId, 'must end after it starts');
  if (isLongerThanBed(asleep, inBed)) return impossible(objectId, longerThanBed);
  const readings = readingsOf({ asleep, inBed, stages }, { start, end });
  if (readings.length === 0) return { kind: 'unmapped', reason: 'no_readings' };
  const whole = { startMs: begin.epochMs, endMs: finish.epochMs };
  const completeness = completenessOf(night, whole, intervals);
  return {
    kind: 'object',
    object: {
      objectId,
      eventType: 'sleep',
      timestamp: end,
      reported: 'sensed',
      readings,
      ...(completeness !== undefined && { completeness }),
      ...(device !== undefined && { deviceId: device }),
    },
  };
}

/**
 * A night without start and end: only its day and totals are known. It counts as less complete than any segment with
 * times.
 *
 * @param day `2026-07-06`, as the app names the night.
 */
export function untimedNightObject(day: string, night: Omit<SleepNight, 'start' | 'end'>): Normalized {
  const { device, asleep, inBed } = night;
  const objectId = `sleep/${device ?? noOne}/${day}`;
  if (isLongerThanBed(asleep, inBed)) return impossible(objectId, longerThanBed);
  // The app also sums up by weeks and months.
  if (Math.max(asleep, inBed ?? 0) > daySeconds) return impossible(objectId, 'must be of one day');
  const readings = readingsOf(night, {});
  if (readings.length === 0) return { kind: 'unmapped', reason: 'no_readings' };
  return {
    kind: 'object',
    object: {
      objectId,
      eventType: 'sleep',
      timestamp: day,
      reported: 'sensed',
      readings,
      completeness: 0,
      flags: ['time_assumed'],
      ...(device !== undefined && { deviceId: device }),
    },
  };
}

type Totals = Pick<SleepNight, 'asleep' | 'stages'> & { readonly inBed?: number | undefined };

function readingsOf({ asleep, inBed, stages }: Totals, times: Pick<GivenReading, 'start' | 'end'>) {
  const reading = (metric: MetricName, value: number | undefined, unit = 's'): GivenReading[] =>
    value === undefined
      ? []
      : [{ path: `sleep_analysis.${metric}`, metric, value, unit, ...times, context: 'sleep' }];
  return [
    ...reading('sleep_duration', asleep > 0 ? asleep : undefined),
    ...reading('sleep_deep', stages.deep),
    ...reading('sleep_light', stages.light),
    ...reading('sleep_rem', stages.rem),
    ...reading('sleep_awake', stages.awake),
    ...reading('time_in_bed', inBed),
    ...reading('sleep_efficiency', efficiency(asleep, inBed), '%'),
  ];
}

const longerThanBed = 'must not be longer than the time in bed';

/** By more than rounding. */
export function isLongerThanBed(asleep: number, inBed: number | undefined): boolean {
  return inBed !== undefined && asleep > inBed + roundingSeconds;
}

/** A nap comes whole: windows are cut at midnight only. */
function completenessOf({ midnightMs }: NightKey, whole: Interval, intervals?: readonly Interval[]) {
  if (midnightMs === undefined) return undefined;
  return nightCompleteness(intervals ?? halvesOf(whole, midnightMs), midnightMs);
}

function efficiency(asleep: number, inBed: number | undefined): number | undefined {
  if (inBed === undefined || asleep === 0) return undefined;
  return Math.min(100, Math.round((asleep / inBed) * 1000) / 10);
}

/** The element has neither times nor a day. */
export function invalidNight(path: string): Normalized {
  return { kind: 'quarantined', problems: [{ path, message: 'must be a night with its start and end' }] };
}

function impossible(objectId: string, message: string): Normalized {
  return { kind: 'quarantined', objectId, problems: [{ path: 'sleep_analysis', message }] };
}
