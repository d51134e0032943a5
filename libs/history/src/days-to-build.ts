import type { Calendar } from './calendar.ts';
import { readingsWithinMs } from './current-events.ts';

export type DayRange = { readonly fromDay: number; readonly toDay: number };

export type BuildPlan = {
  /** In order, and apart from each other. */
  readonly ranges: readonly DayRange[];
  /** The last finished day after these. */
  readonly finishedDay: number;
  readonly settledDay: number;
  /** No finished day is left without a block. */
  readonly isDone: boolean;
};

export type BuildQuestion = {
  readonly calendar: Calendar;
  /** The last day that has its blocks. */
  readonly finishedDay: number;
  readonly settledDay: number;
  /** Days in UTC that got an event after they were finished. */
  readonly late: readonly number[];
  /** In ms since 1970. */
  readonly now: number;
  /** The first day that is kept. */
  readonly oldest: number;
};

/**
 * An event of the morning may tell of the evening before: a day is made once more so long after its end. What comes later
 * still is noted as late.
 */
export const settleAfterMs = readingsWithinMs + 3_600_000;

const dayMs = 86_400_000;
/** A visit to a person ends after so many days; the next one goes on. */
const daysPerVisit = 28;
/** Days that are read together: the hours around them are read once. */
const daysAtOnce = 4;

/** Which days of a person need blocks now. */
export function daysToBuild({
  calendar,
  finishedDay,
  settledDay,
  late,
  now,
  oldest,
}: BuildQuestion): BuildPlan {
  const { dayOf, startOf } = calendar;
  const yesterday = dayOf(now) - 1;
  const reached = Math.max(finishedDay, Math.min(yesterday, finishedDay + daysPerVisit));
  const days = new Set<number>();
  for (const utcDay of late) {
    const last = Math.min(finishedDay, dayOf((utcDay + 1) * dayMs + readingsWithinMs));
    for (let day = dayOf(utcDay * dayMs - readingsWithinMs); day <= last; day += 1) days.add(day);
  }
  const isSettled = (day: number) => now >= startOf(day + 1) + settleAfterMs;
  // Nothing was measured before the first finished day.
  let settled = settledDay < 0 ? finishedDay : settledDay;
  for (let day = settled + 1; day <= reached && isSettled(day); day += 1) {
    if (day <= finishedDay) days.add(day);
    settled = day;
  }
  for (let day = finishedDay + 1; day <= reached; day += 1) days.add(day);
  const kept = [...days].filter((day) => day >= oldest).sort((a, b) => a - b);
  return { ranges: rangesOf(kept), finishedDay: reached, settledDay: settled, isDone: reached >= yesterday };
}

function rangesOf(days: readonly number[]): DayRange[] {
  const ranges: DayRange[] = [];
  for (const day of days) {
    const last = ranges.at(-1);
    if (last?.toDay === day - 1 && day - last.fromDay < daysAtOnce)
      ranges[ranges.length - 1] = { ...last, toDay: day };
    else ranges.push({ fromDay: day, toDay: day });
  }
  return ranges;
}
