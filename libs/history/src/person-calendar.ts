import type { PersonState } from '@bridge/mode-policy';
import { createCalendar, withZone, type Calendar, type Zone } from './calendar.ts';
import type { BlockProgress } from './progress-rows.ts';

type Zoned = Pick<PersonState, 'profile' | 'zone'>;

/** A person's local days. A zone that became known counts from the day after the running one. */
export function personCalendar(
  { finishedUntil, zones }: Pick<BlockProgress, 'finishedUntil' | 'zones'>,
  state: Zoned | undefined,
): Calendar {
  const zone = zoneOf(state);
  if (finishedUntil === undefined || zones.length === 0) return createCalendar([[0, zone ?? 0]]);
  const calendar = createCalendar(zones);
  return zone === undefined ? calendar : withZone(calendar, calendar.dayOf(finishedUntil) + 1, zone);
}

/** Undefined: nobody said where the person is. */
export function zoneOf(state: Zoned | undefined): Zone | undefined {
  if (state?.profile.time_zone !== undefined) return state.profile.time_zone;
  return state === undefined || state.zone[1] === 0 ? undefined : state.zone[0];
}

/** `Europe/Berlin`, or `+02:00` where only an offset is known. */
export function zoneName(zone: Zone): string {
  if (typeof zone === 'string') return zone;
  const minutes = Math.abs(zone);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${zone < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
