import { dayMs, firstMidnightMs, minuteMs } from './clock.ts';
import type { Person } from './person.ts';
import { randomFor } from './random.ts';
import { clamp } from './traits.ts';

const yearDays = 365;
const breakDays = 14;
const quarterDays = 91;
/** East and west, in minutes. */
const shifts = [-540, -480, -360, -180, -120, 60, 120, 180, 360, 480, 540] as const;

/** Two weeks of every year are spent without the device. */
export function isOnBreak({ seed, wearsAlways }: Person, day: number): boolean {
  if (wearsAlways) return false;
  const since =
    (day % yearDays) - randomFor(seed, 'break', Math.floor(day / yearDays)).below(yearDays - breakDays);
  return since >= 0 && since < breakDays;
}

/** Minutes east of UTC where the person is that day: in every second quarter a journey of some days. */
export function offsetOn({ seed, traits, staysHome }: Person, day: number): number {
  if (staysHome) return traits.homeOffset;
  const quarter = Math.floor(day / quarterDays);
  const random = randomFor(seed, 'journey', quarter);
  if (!random.happens(0.5)) return traits.homeOffset;
  const days = 5 + random.below(10);
  const since = day - quarter * quarterDays - random.below(quarterDays - days);
  if (since < 0 || since >= days) return traits.homeOffset;
  return clamp(traits.homeOffset + random.pick(shifts), -660, 780);
}

/** Local midnight at the beginning of a day. */
export function midnightOf(day: number, offsetMinutes: number): number {
  return firstMidnightMs + day * dayMs - offsetMinutes * minuteMs;
}

/** 0 is Monday. */
export function weekdayOf(day: number): number {
  return ((day % 7) + 7) % 7;
}
