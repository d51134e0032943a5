import { zoneOffset } from '@bridge/contracts';

// A person's local days, one after another without gaps. A later zone counts from the day on which it became known: finished days
// keep their borders.

/** A zone such as `Europe/Berlin`, or minutes east of UTC. */
export type Zone = string | number;

/** From which local day (counted from 1970-01-01) a zone counts. In order; the first one also counts for the days before it. */
export type ZoneSpan = readonly [fromDay: number, zone: Zone];

export type Calendar = {
  readonly spans: readonly ZoneSpan[];
  /** When a local day begins, in ms since 1970. */
  readonly startOf: (day: number) => number;
  /** The local day of a time in ms since 1970. */
  readonly dayOf: (at: number) => number;
};

const minuteMs = 60_000;
const dayMs = 86_400_000;

export function createCalendar(spans: readonly ZoneSpan[]): Calendar {
  const starts = new Map<number, number>();
  const zoneOn = (day: number): Zone => spans.findLast(([from]) => from <= day)?.[1] ?? spans[0]?.[1] ?? 0;

  function startOf(day: number): number {
    const known = starts.get(day);
    if (known !== undefined) return known;
    const own = midnight(day, zoneOn(day));
    // Across the date line a day may be empty, never shorter.
    const isFirstOfZone = spans.some(([from], index) => index > 0 && from === day);
    const start = isFirstOfZone ? Math.max(own, startOf(day - 1)) : own;
    starts.set(day, start);
    return start;
  }

  return {
    spans,
    startOf,
    dayOf(at) {
      let day = Math.floor(at / dayMs);
      while (startOf(day) > at) day -= 1;
      while (startOf(day + 1) <= at) day += 1;
      return day;
    },
  };
}

/** The calendar from a day on with another zone; the same one if the zone is the same. */
export function withZone(calendar: Calendar, fromDay: number, zone: Zone): Calendar {
  const { spans } = calendar;
  if (spans.at(-1)?.[1] === zone) return calendar;
  return createCalendar([...spans.filter(([from]) => from < fromDay), [fromDay, zone]]);
}

/** As people write it: 2026-11-20. */
export function dateOf(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

export function dayNumber(date: string): number {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / dayMs);
}

/** The first moment of a day. Clocks may skip midnight: then it is the moment at which they skip it. */
function midnight(day: number, zone: Zone): number {
  const local = day * dayMs;
  if (typeof zone === 'number') return local - zone * minuteMs;
  const before = zoneOffset(zone, local - dayMs / 2) * minuteMs;
  const after = zoneOffset(zone, local + dayMs / 2) * minuteMs;
  const candidates = [local - before, local - after].sort((a, b) => a - b);
  for (const at of candidates) if (at + zoneOffset(zone, at) * minuteMs === local) return at;
  return candidates[1] as number;
}
