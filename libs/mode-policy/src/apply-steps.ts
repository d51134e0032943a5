import type { Correction } from './correction.ts';
import type { Draft } from './draft.ts';
import type { HistoryContext, LaneChange, LaneDay } from './history.ts';
import { laneNumber } from './lane-kinds.ts';
import { findLane, newestDay, newLane, valueOn, withDay, withLane } from './baseline-series.ts';
import { localDay } from './local-day.ts';
import type { StepDay } from './person-state.ts';
import type { Signals, StepCount } from './signals.ts';
import { completeSteps, openDays, rootOf, stepDayOf, withCount } from './step-days.ts';

const kind = laneNumber('steps');

/** Adds the steps of an event to its days; returns the days that must be counted anew from all their events. */
export function applySteps(
  draft: Draft,
  change: LaneChange,
  { steps }: Signals,
  correction: Correction,
  context: HistoryContext,
): LaneDay[] {
  if (steps.length === 0 && (correction.signals?.steps.length ?? 0) === 0) return [];
  const { source, now, offsetAt } = context;
  for (const count of correction.signals?.steps ?? []) forgetCount(draft, source, count, offsetAt);
  const again: LaneDay[] = [];
  for (const count of steps) {
    const { day, offset } = stepDayOf(count, offsetAt);
    if (isOpen(draft.stepDays, source, day))
      draft.stepDays = withCount(draft.stepDays, source, day, count, localDay(now, offset) > day);
    else if (hasValue(change, source, day)) again.push({ kind, source, day });
    else setDay(change, source, day, count.value);
  }
  for (const one of draft.stepDays) {
    if (one[0] !== source) continue;
    const complete = completeSteps(draft.stepDays, one);
    if (complete !== undefined && !isKnown(change, one, complete)) setDay(change, source, one[1], complete);
  }
  return again;
}

function isOpen(days: readonly StepDay[], source: number, day: number): boolean {
  const own = days.filter((one) => one[0] === source);
  return own.length < openDays || own.some((one) => one[1] <= day);
}

/** Takes back what a corrected version said of a day that is still open. */
function forgetCount(
  draft: Draft,
  source: number,
  count: StepCount,
  offsetAt: HistoryContext['offsetAt'],
): void {
  const { day } = stepDayOf(count, offsetAt);
  draft.stepDays = draft.stepDays.map((one): StepDay => {
    const [owner, own, total, isFinal, sum] = one;
    if (owner !== source || own !== day) return one;
    return count.isTotal
      ? [owner, own, -1, 0, sum]
      : [owner, own, total, isFinal, withoutCount(sum, count.value)];
  });
}

/** -1, nothing known, when nothing remains: a sum of 0 would be a day without a step. */
function withoutCount(sum: number, value: number): number {
  return sum - value > 0 ? sum - value : -1;
}

function hasValue({ lanes }: LaneChange, source: number, day: number): boolean {
  const lane = findLane(lanes, kind, source);
  return lane !== undefined && !Number.isNaN(valueOn(lane, day));
}

function isKnown({ lanes }: LaneChange, [source, day]: StepDay, steps: number): boolean {
  const lane = findLane(lanes, kind, source);
  return lane !== undefined && Math.abs(valueOn(lane, day) - rootOf(steps)) < 0.06;
}

function setDay(change: LaneChange, source: number, day: number, steps: number): void {
  const lane = findLane(change.lanes, kind, source);
  const place = { kind, source, day };
  if (lane === undefined || day > newestDay(lane)) change.advanced.push(place);
  const root = rootOf(steps);
  change.lanes = withLane(
    change.lanes,
    lane === undefined ? newLane(kind, source, day, root) : withDay(lane, day, [root]),
  );
  change.changed.push(place);
}
