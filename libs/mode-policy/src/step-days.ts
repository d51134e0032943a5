import type { BiometricEvent } from '@bridge/contracts';
import { epochOf } from './known-events.ts';
import { localDay } from './local-day.ts';
import type { StepDay } from './person-state.ts';
import type { Signals, StepCount } from './signals.ts';

// A day's steps are its total once one was received after the day was over. Once a later day has steps of that source they
// are the last total that is known, or the sum of the intervals if that is more: a day has no fewer steps than its parts.
// Days that are not complete yet are kept apart from the lane.

/** Days of a source that may still be open: today and the day before. */
export const openDays = 2;

/** The local day of a count: a total belongs to that of its middle. */
export function stepDayOf(
  { from, to, offset, isTotal }: StepCount,
  offsetAt: (at: number) => number,
): { readonly day: number; readonly offset: number } {
  const at = isTotal ? (from + to) / 2 : to;
  const own = offset ?? offsetAt(at);
  return { day: localDay(at, own), offset: own };
}

/** The open day with a count added. A later total replaces an earlier one. */
export function withCount(
  days: readonly StepDay[],
  source: number,
  day: number,
  count: StepCount,
  isOver: boolean,
): readonly StepDay[] {
  const at = days.findIndex((one) => one[0] === source && one[1] === day);
  const [, , total, isFinal, sum] = days[at] ?? [source, day, -1, 0, -1];
  const changed: StepDay = count.isTotal
    ? [source, day, count.value, isOver ? 1 : 0, sum]
    : [source, day, total, isFinal, Math.max(0, sum) + count.value];
  if (at !== -1) return days.with(at, changed);
  const own = [...days.filter((one) => one[0] === source), changed].toSorted((a, b) => b[1] - a[1]);
  return [...days.filter((one) => one[0] !== source), ...own.slice(0, openDays)];
}

/** The steps of an open day that count by now; undefined while it is not complete. */
export function completeSteps(
  days: readonly StepDay[],
  [source, day, total, isFinal, sum]: StepDay,
): number | undefined {
  if (isFinal === 1) return total;
  const most = Math.max(total, sum);
  if (most < 0) return undefined;
  const isFollowed = days.some((one) => one[0] === source && one[1] > day && Math.max(one[2], one[4]) >= 0);
  return isFollowed ? most : undefined;
}

export function rootOf(steps: number): number {
  return Math.sqrt(Math.max(0, steps));
}

/** The root of a day's steps, counted from all its events; no value when it is not complete. */
export function daySteps(
  events: readonly { readonly event: BiometricEvent; readonly signals: Signals }[],
  day: number,
  offsetAt: (at: number) => number,
): number[] {
  let total: { readonly received: number; readonly value: number; readonly isFinal: boolean } | undefined;
  let sum = -1;
  for (const { event, signals } of events) {
    const received = epochOf(event.received_at);
    for (const count of signals.steps) {
      const own = stepDayOf(count, offsetAt);
      if (own.day !== day) continue;
      if (!count.isTotal) sum = Math.max(0, sum) + count.value;
      else if (received >= (total?.received ?? 0))
        total = { received, value: count.value, isFinal: localDay(received, own.offset) > day };
    }
  }
  if (total?.isFinal === true) return [rootOf(total.value)];
  const most = Math.max(total?.value ?? -1, sum);
  return most < 0 ? [] : [rootOf(most)];
}
