import type { Activity } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';

/** More activities within the few hours that count are noise; those that ended first are dropped. */
const kept = 4;

/** At rest: no activity covers the time or ended so shortly before that it still has an effect. */
export function isAtRest(activities: readonly Activity[], at: number, { thresholds }: PolicyValues): boolean {
  const { rest_after_activity } = thresholds.signals;
  for (const [from, to] of activities) {
    if (at >= from && at < to + rest_after_activity) return false;
  }
  return true;
}

/** Adds an activity and drops those that ended too long ago to cover a signal that is still fresh. */
export function withActivity(
  activities: readonly Activity[],
  added: Activity,
  now: number,
  { thresholds, freshAtRest }: PolicyValues,
): readonly Activity[] {
  const counts = ([, to]: Activity) => to + thresholds.signals.rest_after_activity + freshAtRest > now;
  if (!counts(added)) return activities;
  return [...activities.filter(counts), added].toSorted((a, b) => b[1] - a[1]).slice(0, kept);
}
