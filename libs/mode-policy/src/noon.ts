import type { PersonState } from './person-state.ts';
import { localDay } from './local-day.ts';
import { offsetAt } from './person-zone.ts';
import type { PolicyValues } from './policy-values.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
const dayMs = 24 * hourMs;

type Person = Pick<PersonState, 'profile' | 'zone'>;

/** The last local day whose noon is past, by the person's zone: the illness watch waits no longer for its parts. */
export function lastDayPastNoon(person: Person, now: number, { thresholds }: PolicyValues): number {
  return localDay(now - thresholds.rules.illness_watch.judged_at_hour * hourMs, offsetAt(person, now));
}

/** When it is noon of a local day. */
export function noonOf(person: Person, day: number, { thresholds }: PolicyValues): number {
  const local = day * dayMs + thresholds.rules.illness_watch.judged_at_hour * hourMs;
  return local - offsetAt(person, local - offsetAt(person, local) * minuteMs) * minuteMs;
}
