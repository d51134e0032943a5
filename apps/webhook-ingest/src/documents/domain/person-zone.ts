import { parseTimestamp, realOffset, zoneOffset, type Profile } from '@bridge/contracts';

/** What is known of where a person is. */
export type PersonZone = {
  /** Of the profile, such as `Europe/Berlin`. */
  readonly timeZone?: string | undefined;
  /** The last real offset, in minutes east of UTC, and when it was measured, in ms since 1970. */
  readonly offset?: { readonly minutes: number; readonly atMs: number } | undefined;
};

export const unknownZone: PersonZone = {};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** No place on Earth is farther from UTC. */
const farthestMinutes = 14 * 60;
const quarterMinutes = 15;
/** The same offset measured so much later is worth a write. */
const renewedAfterMs = hourMs;
/** How far a sender's clock may run ahead. */
const allowedAheadMs = 5 * minuteMs;

/** With the zone of a profile; the same object if the profile says nothing new. */
export function withProfile(zone: PersonZone, { time_zone: timeZone }: Profile): PersonZone {
  return timeZone === undefined || timeZone === zone.timeZone ? zone : { ...zone, timeZone };
}

/**
 * With the newest real offset of these times. The same object if none is worth keeping; what was measured after `arrivalMs`
 * has a clock that runs ahead, and says nothing.
 */
export function withOffsets(zone: PersonZone, times: Iterable<string>, arrivalMs: number): PersonZone {
  let { offset } = zone;
  for (const text of times) {
    const time = parseTimestamp(text);
    const minutes = time && realOffset(time);
    if (time === undefined || minutes === undefined || time.epochMs > arrivalMs + allowedAheadMs) continue;
    if (time.epochMs >= (offset?.atMs ?? -Infinity)) offset = { minutes, atMs: time.epochMs };
  }
  const before = zone.offset;
  const isRenewed = (offset?.atMs ?? 0) - (before?.atMs ?? 0) >= renewedAfterMs;
  return offset?.minutes === before?.minutes && !isRenewed ? zone : { ...zone, offset };
}

/** When a document with a day and no time counts as measured. */
export type DayTime = { readonly atMs: number; readonly offsetMinutes: number };

/**
 * The noon of a local day where the person is, never later than its arrival: by the profile, else by the last real offset,
 * else in UTC. A place where that day has not begun at the arrival is not where the person is; then the nearest offset at
 * which it has counts, so that the time always lies on its day. Undefined for a day that has not begun anywhere, and for none.
 */
export function dayTime(day: string, zone: PersonZone, arrivalMs: number): DayTime | undefined {
  const noonInUtc = parseTimestamp(`${day}T12:00:00Z`)?.epochMs;
  if (noonInUtc === undefined) return undefined;
  const leastMinutes =
    Math.ceil((noonInUtc - dayMs / 2 - arrivalMs) / (quarterMinutes * minuteMs)) * quarterMinutes;
  if (leastMinutes > farthestMinutes) return undefined;
  const candidates = [profileOffset(zone, noonInUtc), zone.offset?.minutes];
  const known = candidates.filter((minutes) => minutes !== undefined);
  const fitting = (known.length === 0 ? [0] : known).find((minutes) => minutes >= leastMinutes);
  const offsetMinutes = fitting ?? leastMinutes;
  return { atMs: Math.min(noonInUtc - offsetMinutes * minuteMs, arrivalMs), offsetMinutes };
}

/** At the noon of the day there, which never lies in the hour that a change of the clocks leaves out. */
function profileOffset({ timeZone }: PersonZone, noonInUtc: number): number | undefined {
  if (timeZone === undefined) return undefined;
  return zoneOffset(timeZone, noonInUtc - zoneOffset(timeZone, noonInUtc) * minuteMs);
}
