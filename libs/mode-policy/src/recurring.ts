import type { Pattern } from './patterns.ts';
import type { PolicyValues } from './policy-values.ts';
import { symbol, symbolAt, symbolCount } from './symbols.ts';

// The times at which the mode rose, as local hours since 1970, three symbols each, the newest last.
const kept = 12;
const hourMs = 3_600_000;
const minuteMs = 60_000;
const hoursADay = 24;
const daysAWeek = 7;
/** 1970-01-01 was a Thursday; 0 is Monday. */
const firstWeekday = 3;

export function withRise(rises: string, now: number, offset: number): string {
  const hour = Math.floor((now + offset * minuteMs) / hourMs);
  const high = Math.floor(hour / symbolCount);
  const added =
    symbol(Math.floor(high / symbolCount)) + symbol(high % symbolCount) + symbol(hour % symbolCount);
  return (rises + added).slice(-3 * kept);
}

/** The patterns that the last rise shares with enough others: part of the day, weekday. Each day counts once. */
export function recurringPatterns(rises: string, { thresholds }: PolicyValues): Pattern[] {
  const { times, within_days, part_hours } = thresholds.patterns.recurring;
  const hours = Array.from({ length: rises.length / 3 }, (_, index) => hourAt(rises, 3 * index));
  const last = hours.at(-1) as number;
  const recent = hours.filter((hour) => last - hour < within_days * hoursADay);
  const patterns: Pattern[] = [];
  const part = Math.floor((last % hoursADay) / part_hours);
  const inPart = recent.filter((hour) => Math.floor((hour % hoursADay) / part_hours) === part);
  if (dayCount(inPart) >= times) {
    const from = part * part_hours;
    patterns.push({
      kind: 'recurring_time',
      from_hour: from,
      to_hour: Math.min(from + part_hours, hoursADay),
    });
  }
  const onWeekday = recent.filter((hour) => weekdayOf(hour) === weekdayOf(last));
  if (dayCount(onWeekday) >= times) patterns.push({ kind: 'recurring_weekday', weekday: weekdayOf(last) });
  return patterns;
}

function hourAt(rises: string, at: number): number {
  return (
    (symbolAt(rises, at) * symbolCount + symbolAt(rises, at + 1)) * symbolCount + symbolAt(rises, at + 2)
  );
}

function weekdayOf(hour: number): number {
  return (Math.floor(hour / hoursADay) + firstWeekday) % daysAWeek;
}

function dayCount(hours: readonly number[]): number {
  return new Set(hours.map((hour) => Math.floor(hour / hoursADay))).size;
}
