import { parseTimestamp } from '@bridge/contracts';
import type { NormalizedDocument } from '../../documents/domain/normalized.ts';
import { parseHealthDate, parseHealthDay } from './health-date.ts';
import type { LostField } from '../../documents/domain/lost-field.ts';
import type { NameDevice } from './name-device.ts';
import { finite, isRecord } from './raw-fields.ts';
import type { Interval } from './night-key.ts';
import {
  nightObject,
  invalidNight,
  untimedNightObject,
  type Extent,
  type SleepNight,
} from './sleep-night.ts';

/** A night, or a part of it, of which only totals were exported. */
export type NightTotals = Interval & {
  readonly night: SleepNight;
  readonly raw: unknown;
};

const secondsOfHour = 3600;

/** Parses a night that Health Auto Export aggregated: hours, some of which are 0 where others hold the value. */
export function aggregatedNight(raw: unknown, nameDevice: NameDevice): NormalizedDocument {
  return isRecord(raw)
    ? withLost(totalledNight(raw, nameDevice), lostTotals(raw))
    : invalidNight('sleep_analysis');
}

function totalledNight(raw: Raw, nameDevice: NameDevice): NormalizedDocument {
  const night = nightOf(raw, nameDevice);
  if (night !== undefined) return nightObject(night);
  const day = dayOf(raw['date']);
  if (day === undefined) return invalidNight('sleep_analysis.sleepStart');
  return untimedNightObject(day, { device: deviceOf(raw, nameDevice), ...totalsOf(raw) });
}

function withLost(normalized: NormalizedDocument, lost: readonly LostField[]): NormalizedDocument {
  if (normalized.kind !== 'object' || lost.length === 0) return normalized;
  const { object } = normalized;
  return { ...normalized, object: { ...object, lost: [...(object.lost ?? []), ...lost] } };
}

function lostTotals(raw: Raw): LostField[] {
  const isLost = (given: unknown) => given !== undefined && given !== null && finite(given) === undefined;
  return totalFields
    .filter((field) => isLost(raw[field]))
    .map((field) => ({ why: 'unreadable', path: `sleep_analysis.${field}`, message: 'must be a number' }));
}

/** The same with its times, for merging; undefined if it has none. */
export function nightTotals(raw: unknown, nameDevice: NameDevice): NightTotals | undefined {
  const night = isRecord(raw) ? nightOf(raw, nameDevice) : undefined;
  if (night === undefined) return undefined;
  const { start, end } = night;
  const from = parseTimestamp(start);
  const to = parseTimestamp(end);
  if (from === undefined || to === undefined || to.epochMs <= from.epochMs) return undefined;
  return { night, startMs: from.epochMs, endMs: to.epochMs, raw };
}

const totalFields = ['totalSleep', 'asleep', 'inBed', 'core', 'light', 'deep', 'rem', 'awake'];

/** A single stage has a `value`, an aggregated night has totals; a stage without its value is still none. */
export function isAggregatedNight(raw: unknown): boolean {
  if (!isRecord(raw) || 'value' in raw) return false;
  return !('qty' in raw && 'startDate' in raw) || totalFields.some((field) => field in raw);
}

type Raw = Readonly<Record<string, unknown>>;

const starts = ['sleepStart', 'inBedStart', 'startDate'] as const;
const ends = ['sleepEnd', 'inBedEnd', 'endDate'] as const;

function nightOf(raw: Raw, nameDevice: NameDevice): SleepNight | undefined {
  const start = firstTimeOf(raw, starts);
  const end = firstTimeOf(raw, ends);
  if (start === undefined || end === undefined) return undefined;
  const sleep = extentOf(raw['sleepStart'] ?? raw['startDate'], raw['sleepEnd'] ?? raw['endDate']);
  const bed = extentOf(raw['inBedStart'], raw['inBedEnd']);
  return {
    device: deviceOf(raw, nameDevice),
    start,
    end,
    ...totalsOf(raw),
    ...(sleep !== undefined && { sleep }),
    ...(bed !== undefined && { bed }),
  };
}

function extentOf(from: unknown, to: unknown): Extent | undefined {
  const [start, end] = [parseHealthDate(from), parseHealthDate(to)];
  return start === undefined || end === undefined ? undefined : { start, end };
}

function totalsOf(raw: Raw): Pick<SleepNight, 'asleep' | 'inBed' | 'stages'> {
  const seconds = (field: string) => {
    const hours = finite(raw[field]);
    return hours === undefined ? undefined : Math.round(hours * secondsOfHour);
  };
  const deep = seconds('deep');
  const light = seconds('core') ?? seconds('light');
  const rem = seconds('rem');
  const inBed = seconds('inBed');
  // Stages that are all 0 were not measured; of a night with stages, 0 is a stage that it did not have.
  const isStaged = (deep ?? 0) + (light ?? 0) + (rem ?? 0) > 0;
  const stages = isStaged ? { deep, light, rem, awake: seconds('awake') } : unstaged(seconds('awake'));
  return {
    asleep: asleepOf(seconds('totalSleep'), seconds('asleep'), isStaged ? [deep, light, rem] : []),
    stages,
    ...(inBed !== undefined && inBed !== 0 && { inBed }),
  };
}

function unstaged(awake: number | undefined): SleepNight['stages'] {
  return { deep: undefined, light: undefined, rem: undefined, awake: awake === 0 ? undefined : awake };
}

/** The time asleep where it is given, else the sum of the stages; undefined where one of these is missing. */
function asleepOf(
  total: number | undefined,
  asleep: number | undefined,
  stages: readonly (number | undefined)[],
): number | undefined {
  if (total !== undefined && total !== 0) return total;
  const staged = stages.reduce<number>((sum, stage) => sum + (stage ?? 0), 0);
  const most = Math.max(asleep ?? 0, staged);
  return stages.includes(undefined) && (asleep ?? 0) < most ? undefined : most;
}

function deviceOf(raw: Raw, nameDevice: NameDevice): string | undefined {
  return nameDevice(raw['source'] ?? raw['sleepSource']);
}

function firstTimeOf(raw: Raw, fields: readonly string[]): string | undefined {
  return fields.map((field) => parseHealthDate(raw[field])).find((time) => time !== undefined);
}

/** The day of a `date`, whether it is a day or a time; undefined when it is neither. */
function dayOf(date: unknown): string | undefined {
  const day = parseHealthDay(date);
  return day === undefined || parseTimestamp(`${day}T12:00:00Z`) === undefined ? undefined : day;
}
