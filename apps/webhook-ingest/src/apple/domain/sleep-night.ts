import type { GivenReading, MetricName } from '@bridge/contracts';
import { parseTimestamp } from '@bridge/contracts';
import type { LostField } from '../../documents/domain/lost-field.ts';
import type { NormalizedDocument } from '../../documents/domain/normalized.ts';
import { halvesOf, nightCompleteness, nightKey, type NightKey, type Interval } from './night-key.ts';

/** From when to when, RFC 3339. */
export type Extent = { readonly start: string; readonly end: string };

/** One night in any export format; durations in seconds. */
export type SleepNight = {
  /** Hash of the source's name. */
  readonly device: string | undefined;
  readonly start: string;
  readonly end: string;
  /** Undefined where a part of the night is not understood. */
  readonly asleep: number | undefined;
  readonly inBed?: number;
  readonly stages: Readonly<Record<'deep' | 'light' | 'rem' | 'awake', number | undefined>>;
  /** The times of sleep and bed, where they are known. */
  readonly sleep?: Extent;
  readonly bed?: Extent;
  /** The intervals that it was computed from; unknown if only totals were exported. */
  readonly intervals?: readonly Interval[];
};

const noOne = 'unknown';
/** Exports round hours to a few digits. */
const roundingSeconds = 60;
const daySeconds = 24 * 3600;
/** The limit that wearables use for naps. */
const longestNapMs = 3 * 3_600_000;

/** A night as an object, from its totals or its stages. */
export function nightObject(night: SleepNight): NormalizedDocument {
  const { device, start, end, asleep, bed, intervals } = night;
  const begin = parseTimestamp(start);
  const finish = parseTimestamp(end);
  const key = nightKey(start, end);
  if (begin === undefined || finish === undefined || key === undefined) {
    return invalidNight('sleep_analysis.start');
  }
  // Without start and end: another window, or Apple's next analysis of the night, moves them.
  const objectId = `sleep/${device ?? noOne}/${key.key}`;
  const { fitting, lost } = fitIntoBed(night, secondsOf(bed ?? { start, end }));
  const readings = readingsOf(fitting);
  if (asleep === undefined && readings.length === 0) return impossible(objectId, 'must be of known stages');
  if (finish.epochMs <= begin.epochMs) return impossible(objectId, 'must end after it starts');
  if (readings.length === 0) return { kind: 'unmapped', reason: 'no_readings' };
  const whole = { startMs: begin.epochMs, endMs: finish.epochMs };
  const completeness = completenessOf(key, whole, intervals);
  return {
    kind: 'object',
    object: {
      objectId,
      eventType: isNap(key, whole) ? 'nap' : 'sleep',
      timestamp: end,
      reported: 'sensed',
      readings,
      ...(lost.length > 0 && { lost }),
      ...(asleep === undefined && { flags: ['unknown_stage'] }),
      ...(completeness !== undefined && { completeness }),
      ...(device !== undefined && { deviceId: device }),
    },
  };
}

/** A short sleep by day. Who works at night sleeps longer by day. */
function isNap({ midnightMs }: NightKey, { startMs, endMs }: Interval): boolean {
  return midnightMs === undefined && endMs - startMs <= longestNapMs;
}

/**
 * A night without start and end: only its day and totals are known. It counts as less complete than any segment with
 * times.
 *
 * @param day `2026-07-06`, as the app names the night.
 */
export function untimedNightObject(
  day: string,
  night: Omit<SleepNight, 'start' | 'end'>,
): NormalizedDocument {
  const { device, asleep, inBed } = night;
  const objectId = `sleep/${device ?? noOne}/${day}`;
  // The app also sums up by weeks and months.
  if (Math.max(asleep ?? 0, inBed ?? 0) > daySeconds) return impossible(objectId, 'must be of one day');
  const { fitting, lost } = fitIntoBed(night, undefined);
  const readings = readingsOf(fitting);
  if (readings.length === 0) return { kind: 'unmapped', reason: 'no_readings' };
  return {
    kind: 'object',
    object: {
      objectId,
      eventType: 'sleep',
      timestamp: day,
      reported: 'sensed',
      readings,
      ...(lost.length > 0 && { lost }),
      completeness: 0,
      flags: ['time_assumed', ...(asleep === undefined ? (['unknown_stage'] as const) : [])],
      ...(device !== undefined && { deviceId: device }),
    },
  };
}

type Totals = Pick<SleepNight, 'asleep' | 'stages' | 'sleep' | 'bed'> & {
  readonly inBed?: number | undefined;
};

function readingsOf({ asleep, inBed, stages, sleep, bed }: Totals): GivenReading[] {
  const reading = (
    metric: MetricName,
    value: number | undefined,
    extent?: Extent,
    unit = 's',
  ): GivenReading[] =>
    value === undefined
      ? []
      : [{ path: `sleep_analysis.${metric}`, metric, value, unit, ...extent, context: 'sleep' }];
  return [
    ...reading('sleep_duration', asleep === 0 ? undefined : asleep, sleep),
    ...reading('sleep_deep', stages.deep, sleep),
    ...reading('sleep_light', stages.light, sleep),
    ...reading('sleep_rem', stages.rem, sleep),
    ...reading('sleep_awake', stages.awake, sleep),
    ...reading('time_in_bed', inBed, bed),
    ...reading('sleep_efficiency', efficiency(asleep, inBed), bed, '%'),
  ];
}

/**
 * The night without the figure that cannot be when somebody would sleep longer than they lie: the time in bed if the
 * night's own interval has room for the sleep, otherwise the sleep. @param spanSeconds Undefined if it is not known.
 */
function fitIntoBed(
  night: Totals,
  spanSeconds: number | undefined,
): { readonly fitting: Totals; readonly lost: readonly LostField[] } {
  const { asleep, inBed } = night;
  if (!isLongerThanBed(asleep, inBed)) return { fitting: night, lost: [] };
  const hasRoom = spanSeconds !== undefined && !isLongerThanBed(asleep, spanSeconds);
  const why = 'implausible';
  return hasRoom
    ? {
        fitting: { ...night, inBed: undefined },
        lost: [{ why, path: 'sleep_analysis.inBed', message: 'must not be less than the time asleep' }],
      }
    : {
        fitting: { ...night, asleep: undefined },
        lost: [{ why, path: 'sleep_analysis.totalSleep', message: 'must not exceed the time in bed' }],
      };
}

function secondsOf({ start, end }: Extent): number | undefined {
  const [from, to] = [parseTimestamp(start), parseTimestamp(end)];
  return from && to ? (to.epochMs - from.epochMs) / 1_000 : undefined;
}

/** By more than rounding. */
export function isLongerThanBed(asleep: number | undefined, inBed: number | undefined): boolean {
  return inBed !== undefined && asleep !== undefined && asleep > inBed + roundingSeconds;
}

/** A nap comes whole: windows are cut at midnight only. */
function completenessOf({ midnightMs }: NightKey, whole: Interval, intervals?: readonly Interval[]) {
  if (midnightMs === undefined) return undefined;
  return nightCompleteness(intervals ?? halvesOf(whole, midnightMs), midnightMs);
}

function efficiency(asleep: number | undefined, inBed: number | undefined): number | undefined {
  if (inBed === undefined || asleep === undefined || asleep === 0) return undefined;
  return Math.min(100, Math.round((asleep / inBed) * 1000) / 10);
}

/** The element has neither times nor a day. */
export function invalidNight(path: string): NormalizedDocument {
  return { kind: 'quarantined', problems: [{ path, message: 'must be a night with its start and end' }] };
}

function impossible(objectId: string, message: string): NormalizedDocument {
  return { kind: 'quarantined', objectId, problems: [{ path: 'sleep_analysis', message }] };
}
