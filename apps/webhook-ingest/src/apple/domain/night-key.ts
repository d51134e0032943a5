import { parseTimestamp } from '@bridge/contracts';

/** Where a sleep lies on the sleeper's own clock. */
export type NightKey = {
  /** `2026-07-06` for the night that ends on that day, `2026-07-06/14` for a sleep of the day that began from 14:00 on. */
  readonly key: string;
  /** The midnight of a night, ms since 1970; windows of a delivery are cut there. */
  readonly midnightMs: number | undefined;
};

/** From when to when, ms since 1970. */
export type Interval = { readonly startMs: number; readonly endMs: number };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A sleep that reaches into these hours is of the night. */
const nightBegins = 21 * hourMs;
const nightEnds = 6 * hourMs;
/** Sleeps lie further apart than this, so that no two of one day share a part of it. */
const partOfDayHours = 2;

/** By the local clock of its end: `end` is RFC 3339 with an offset. Undefined when a time is none. */
export function nightKey(start: string, end: string): NightKey | undefined {
  const from = parseTimestamp(start);
  const to = parseTimestamp(end);
  if (from === undefined || to === undefined) return undefined;
  const offsetMs = (to.offsetMinutes ?? 0) * 60_000;
  const localStart = from.epochMs + offsetMs;
  const localEnd = to.epochMs + offsetMs;
  const day = Math.floor(localEnd / dayMs) * dayMs;
  const night = (midnight: number) => ({ key: dateOf(midnight), midnightMs: midnight - offsetMs });
  if (localEnd > day + nightBegins) return night(day + dayMs);
  if (localStart < day + nightEnds) return night(day);
  const hour = Math.floor((localStart - day) / hourMs);
  const part = String(hour - (hour % partOfDayHours)).padStart(2, '0');
  return { key: `${dateOf(day)}/${part}`, midnightMs: undefined };
}

/**
 * How much of a night these intervals cover, from 0 to 3. Intervals on both sides of midnight came in a window that held
 * both; an interval across midnight appears in the windows of either side.
 */
export function nightCompleteness(intervals: readonly Interval[], midnightMs: number): number {
  const evening = intervals.some(({ endMs }) => endMs <= midnightMs);
  const morning = intervals.some(({ startMs }) => startMs >= midnightMs);
  return (morning ? 2 : 0) + (evening ? 1 : 0);
}

/** The total of a whole night as one interval on each side of midnight, if it has both. */
export function halvesOf({ startMs, endMs }: Interval, midnightMs: number): Interval[] {
  if (endMs <= midnightMs || startMs >= midnightMs) return [{ startMs, endMs }];
  return [
    { startMs, endMs: midnightMs },
    { startMs: midnightMs, endMs },
  ];
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
