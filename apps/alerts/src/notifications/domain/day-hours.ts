import { isTimeZone, type DayHours } from '@bridge/contracts';
import { Temporal } from 'temporal-polyfill';

/** Whether a time lies within the hours, and until when that stays so. */
export type HoursState = { readonly isInside: boolean; readonly until: number };

export type HoursReader = (hours: DayHours) => HoursState;

// A period lasts less than a day, so the one that holds a time began on its local day or the day before. The next one begins
// on the day after at the latest, or a day later where the clock jumps over all of it.
const days = [-1, 0, 1, 2];

/**
 * Each local day begins one period, which ends at the next `to`. A time of day that is skipped in spring counts as the one
 * after the jump, one that comes twice in autumn is its first, so that no day has two periods.
 */
export function hoursAt({ from, to }: DayHours, zone: string, at: number): HoursState {
  const today = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
  const instant = (day: number, time: string) =>
    today.add({ days: day }).toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds;
  let next = Infinity;
  for (const day of days) {
    const [begin, end] = [instant(day, from), instant(to < from ? day + 1 : day, to)];
    if (begin <= at && at < end) return { isInside: true, until: end };
    if (at < begin && begin < end) next = Math.min(next, begin);
  }
  return { isInside: false, until: next };
}

/** Reads hours at one time in a person's zone, each once. An unknown zone is UTC. */
export function createHoursReader(timeZone: string | undefined, at: number): HoursReader {
  const zone = timeZone !== undefined && isTimeZone(timeZone) ? timeZone : 'UTC';
  const known = new Map<string, HoursState>();
  return (hours) => {
    const key = `${hours.from} ${hours.to}`;
    const state = known.get(key) ?? hoursAt(hours, zone, at);
    known.set(key, state);
    return state;
  };
}
