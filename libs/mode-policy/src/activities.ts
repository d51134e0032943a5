import type { Activity, PersonState, StepInterval } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';
import type { StepCount } from './signals.ts';

/** More activities within the few hours that count are noise; those that ended first are dropped. */
const keptActivities = 6;
/** More intervals are joined: evenly spread, their steps say the same. */
const keptIntervals = 8;
/** Contexts are judged anew for readings of the last hour; a question lives for two. */
const remembered = 3 * 3_600_000;

type Movement = Pick<PersonState, 'activities' | 'steps'>;

/** Whether an activity covers the time or ended shortly before, or many steps fall into the time before it. */
export function isActiveAt(movement: Movement, at: number, policy: PolicyValues): boolean {
  return isInActivity(movement.activities, at, policy) || isStepping(movement.steps, at, policy);
}

function isInActivity(activities: readonly Activity[], at: number, { thresholds }: PolicyValues): boolean {
  const { active_after } = thresholds.context;
  for (const [from, to] of activities) if (at >= from && at < to + active_after) return true;
  return false;
}

/** Two devices of a person count the same steps, so each source is judged for itself. */
function isStepping(steps: readonly StepInterval[], at: number, { thresholds }: PolicyValues): boolean {
  if (steps.length === 0) return false;
  const { from: enough, within } = thresholds.context.steps;
  const counted = new Map<number, number>();
  for (const [source, from, to, count] of steps) {
    const overlap = Math.min(at, to) - Math.max(at - within, from);
    if (overlap < 0 || (overlap === 0 && to > from)) continue;
    const part = to > from ? (count * overlap) / (to - from) : count;
    const sum = (counted.get(source) ?? 0) + part;
    if (sum >= enough - 1e-6) return true;
    counted.set(source, sum);
  }
  return false;
}

/** Adds an activity and drops those that ended too long ago to matter. */
export function withActivity(
  activities: readonly Activity[],
  added: Activity,
  now: number,
): readonly Activity[] {
  const counts = ([, to]: Activity) => to + remembered > now;
  if (!counts(added)) return activities;
  const others = activities.filter((one) => counts(one) && one[2] !== added[2]);
  return [...others, added]
    .toSorted((a, b) => b[1] - a[1] || (a[2] < b[2] ? -1 : 1))
    .slice(0, keptActivities);
}

/** Adds the steps of an interval; of a day's total nothing is known about the time. */
export function withSteps(
  steps: readonly StepInterval[],
  source: number,
  { from, to, value, isTotal }: StepCount,
  now: number,
): readonly StepInterval[] {
  const counts = (one: StepInterval) => one[2] + remembered > now;
  const added: StepInterval = [source, from, to, value];
  if (isTotal || !counts(added)) return steps;
  const all = [...steps.filter(counts), added].toSorted(inOrder);
  while (all.length > keptIntervals && joinOldest(all));
  return all.slice(-keptIntervals);
}

/** Removes the steps of an interval that were corrected. */
export function withoutSteps(
  steps: readonly StepInterval[],
  source: number,
  { from, to, value }: StepCount,
): readonly StepInterval[] {
  const at = steps.findIndex(
    (one) => one[0] === source && one[1] === from && one[2] === to && one[3] === value,
  );
  return at === -1 ? steps : steps.toSpliced(at, 1);
}

function inOrder(a: StepInterval, b: StepInterval): number {
  return a[2] - b[2] || a[1] - b[1] || a[0] - b[0] || a[3] - b[3];
}

/** Joins the two oldest intervals of one source. */
function joinOldest(all: StepInterval[]): boolean {
  for (const [index, one] of all.entries()) {
    const next = all.findIndex((other, at) => at > index && other[0] === one[0]);
    const other = all[next];
    if (other === undefined) continue;
    all[next] = [one[0], Math.min(one[1], other[1]), Math.max(one[2], other[2]), one[3] + other[3]];
    all.splice(index, 1);
    return true;
  }
  return false;
}
