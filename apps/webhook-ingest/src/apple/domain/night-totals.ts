import { parseTimestamp } from '@bridge/contracts';
import type { Normalized } from '../../documents/domain/normalized.ts';
import { parseHealthDate } from './health-date.ts';
import { finite, isRecord, type NameDevice } from './metric-points.ts';
import type { Interval } from './night-key.ts';
import { nightObject, invalidNight, untimedNightObject, type SleepNight } from './sleep-night.ts';

/** A night, or a part of it, of which only totals were exported. */
export type NightTotals = Interval & {
  readonly night: SleepNight;
  readonly raw: unknown;
};

const secondsOfHour = 3600;

/** Parses a night that Health Auto Export aggregated: hours, some of which are 0 where others hold the value. */
export function aggregatedNight(raw: unknown, nameDevice: NameDevice): Normalized {
  if (!isRecord(raw)) return invalidNight('sleep_analysis');
  const night = nightOf(raw, nameDevice);
  if (night !== undefined) return nightObject(night);
  const day = dayOf(raw['date']);
  if (day === undefined || hasTimes(raw)) return invalidNight('sleep_analysis.sleepStart');
  return untimedNightObject(day, { device: deviceOf(raw, nameDevice), ...totalsOf(raw) });
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

/** A single stage has a `value`; an aggregated night does not. */
export function isAggregatedNight(raw: unknown): boolean {
  return isRecord(raw) && !('value' in raw);
}

type Raw = Readonly<Record<string, unknown>>;

const starts = ['sleepStart', 'inBedStart', 'startDate'] as const;
const ends = ['sleepEnd', 'inBedEnd', 'endDate'] as const;

function nightOf(raw: Raw, nameDevice: NameDevice): SleepNight | undefined {
  const start = parseHealthDate(firstOf(raw, starts));
  const end = parseHealthDate(firstOf(raw, ends));
  if (start === undefined || end === undefined) return undefined;
  return { device: deviceOf(raw, nameDevice), start, end, ...totalsOf(raw) };
}

function totalsOf(raw: Raw): Pick<SleepNight, 'asleep' | 'inBed' | 'stages'> {
  const seconds = (field: string) => {
    const hours = finite(raw[field]);
    return hours === undefined || hours === 0 ? undefined : Math.round(hours * secondsOfHour);
  };
  const stages = {
    deep: seconds('deep'),
    light: seconds('core'),
    rem: seconds('rem'),
    awake: seconds('awake'),
  };
  const staged = (stages.deep ?? 0) + (stages.light ?? 0) + (stages.rem ?? 0);
  const inBed = seconds('inBed');
  return {
    asleep: seconds('totalSleep') ?? Math.max(seconds('asleep') ?? 0, staged),
    stages,
    ...(inBed !== undefined && { inBed }),
  };
}

function deviceOf(raw: Raw, nameDevice: NameDevice): string | undefined {
  return nameDevice(raw['source'] ?? raw['sleepSource']);
}

function hasTimes(raw: Raw): boolean {
  return firstOf(raw, starts) !== undefined || firstOf(raw, ends) !== undefined;
}

function firstOf(raw: Raw, fields: readonly string[]): unknown {
  return fields.map((field) => raw[field]).find((value) => value !== undefined && value !== null);
}

/** The day of a `date`, whether it is a day or a time; undefined when it is neither. */
function dayOf(date: unknown): string | undefined {
  if (typeof date !== 'string') return undefined;
  const text = /^\d{4}-\d\d-\d\d$/.test(date) ? date : parseHealthDate(date);
  const day = text?.slice(0, 'yyyy-mm-dd'.length);
  return day === undefined || parseTimestamp(`${day}T12:00:00Z`) === undefined ? undefined : day;
}
