import type { DayPlan } from '../day-plan.ts';
import { wholeSeconds } from '../day-plan.ts';
import { hourMs, minuteMs } from '../clock.ts';
import type { Night } from '../nights.ts';
import type { Person } from '../person.ts';
import { randomFor, type Random } from '../random.ts';

/** What a device sees of one day. */
export type DeviceDay = {
  readonly person: Person;
  readonly plan: DayPlan;
  readonly next: DayPlan;
  readonly night: Night;
};

/** When a night's documents are there: a person opens the app on waking, some hours later, or the next day. */
export function nightArrival(wakeMs: number, { next, between }: Random): number {
  const share = next();
  if (share < 0.6) return wholeSeconds(wakeMs + between(minuteMs, 20 * minuteMs));
  if (share < 0.88) return wholeSeconds(wakeMs + between(20 * minuteMs, 4 * hourMs));
  return wholeSeconds(wakeMs + between(4 * hourMs, 30 * hourMs));
}

/** A device's own constant error against the body: a factor around 1, the same for all of a person's life. */
export function calibrationOf({ seed }: Person, device: string): number {
  return Math.exp(0.1 * randomFor(seed, `calibration ${device}`).normal());
}

/** Local date, for ids of objects. */
export function dateOf({ midnightMs, offsetMinutes }: DayPlan): string {
  return new Date(midnightMs + offsetMinutes * minuteMs).toISOString().slice(0, 10);
}
