import type { GivenReading, MetricName } from '@bridge/contracts';
import { parseTimestamp } from '@bridge/contracts';
import type { Normalized } from '../objects/normalized.ts';
import { parseHealthDate } from './health-date.ts';
import { finite, isRecord, type NameDevice } from './metric-points.ts';
import { halvesOf, nightCompleteness, nightKey, type NightKey, type Stretch } from './night-key.ts';

/** One night, however it was told; durations in seconds. */
export type SleepNight = {
  /** Hash of the source's name. */
  readonly device: string | undefined;
  readonly start: string;
  readonly end: string;
  readonly asleep: number;
  readonly inBed?: number;
  readonly stages: Readonly<Record<'deep' | 'light' | 'rem' | 'awake', number | undefined>>;
  /** What it was put together from; a sum of the night says nothing of that. */
  readonly stretches?: readonly Stretch[];
};

const hour = 3600;
const noOne = 'unknown';
/** Exports round hours to a few digits. */
const roundingSeconds = 60;

/** One night as Health Auto Export sums it up: hours, of which some are 0 where others say more. */
export function aggregatedNight(raw: unknown, nameDevice: NameDevice): Normalized {
  if (!isRecord(raw)) return notUnderstood('sleep_analysis');
  const start = parseHealthDate(raw['sleepStart'] ?? raw['inBedStart'] ?? raw['startDate']);
  const end = parseHealthDate(raw['sleepEnd'] ?? raw['inBedEnd'] ?? raw['endDate']);
  if (start === undefined || end === undefined) return notUnderstood('sleep_analysis.sleepStart');
  const seconds = (field: string) => {
    const hours = finite(raw[field]);
    return hours === undefined || hours === 0 ? undefined : Math.round(hours * hour);
  };
  const stages = {
    deep: seconds('deep'),
    light: seconds('core'),
    rem: seconds('rem'),
    awake: seconds('awake'),
  };
  const staged = (stages.deep ?? 0) + (stages.light ?? 0) + (stages.rem ?? 0);
  const inBed = seconds('inBed');
  return nightObject({
    device: nameDevice(raw['source'] ?? raw['sleepSource']),
    start,
    end,
    asleep: seconds('totalSleep') ?? Math.max(seconds('asleep') ?? 0, staged),
    stages,
    ...(inBed !== undefined && { inBed }),
  });
}

/** One stretch of a night has a `value`; a night does not. */
export function isAggregatedNight(raw: unknown): boolean {
  return isRecord(raw) && !('value' in raw);
}

export function nightObject({
  device,
  start,
  end,
  asleep,
  inBed,
  stages,
  stretches,
}: SleepNight): Normalized {
  const begin = parseTimestamp(start);
  const finish = parseTimestamp(end);
  const night = nightKey(start, end);
  if (begin === undefined || finish === undefined || night === undefined) {
    return notUnderstood('sleep_analysis.start');
  }
  // Neither its start nor its end, which another window or Apple's next look at the night moves.
  const objectId = `sleep/${device ?? noOne}/${night.key}`;
  if (finish.epochMs <= begin.epochMs) return impossible(objectId, 'must end after it starts');
  if (inBed !== undefined && asleep > inBed + roundingSeconds) {
    return impossible(objectId, 'must not be longer than the time in bed');
  }
  const reading = (metric: MetricName, value: number | undefined, unit = 's'): GivenReading[] =>
    value === undefined
      ? []
      : [{ path: `sleep_analysis.${metric}`, metric, value, unit, start, end, context: 'sleep' }];
  const readings = [
    ...reading('sleep_duration', asleep > 0 ? asleep : undefined),
    ...reading('sleep_deep', stages.deep),
    ...reading('sleep_light', stages.light),
    ...reading('sleep_rem', stages.rem),
    ...reading('sleep_awake', stages.awake),
    ...reading('time_in_bed', inBed),
    ...reading('sleep_efficiency', efficiency(asleep, inBed), '%'),
  ];
  if (readings.length === 0) return { kind: 'kept', reason: 'no_readings' };
  const whole = { startMs: begin.epochMs, endMs: finish.epochMs };
  const completeness = completenessOf(night, whole, stretches);
  return {
    kind: 'object',
    object: {
      ...{ objectId, eventType: 'sleep', timestamp: end, reported: 'sensed', readings },
      ...(completeness !== undefined && { completeness }),
      ...(device !== undefined && { deviceId: device }),
    },
  };
}

/** Of a sleep of the day there are no parts: no window is cut there. */
function completenessOf({ midnightMs }: NightKey, whole: Stretch, stretches?: readonly Stretch[]) {
  if (midnightMs === undefined) return undefined;
  return nightCompleteness(stretches ?? halvesOf(whole, midnightMs), midnightMs);
}

function efficiency(asleep: number, inBed: number | undefined): number | undefined {
  if (inBed === undefined || asleep === 0) return undefined;
  return Math.min(100, Math.round((asleep / inBed) * 1000) / 10);
}

function notUnderstood(path: string): Normalized {
  return { kind: 'quarantined', problems: [{ path, message: 'must be a night with its start and end' }] };
}

function impossible(objectId: string, message: string): Normalized {
  return { kind: 'quarantined', objectId, problems: [{ path: 'sleep_analysis', message }] };
}
