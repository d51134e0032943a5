import { minuteMs } from './clock.ts';
import type { DayPlan } from './day-plan.ts';
import type { Person } from './person.ts';
import { randomFor } from './random.ts';

/** Ten minutes of a waking day. */
export type StepSlot = {
  readonly from: number;
  readonly until: number;
  readonly steps: number;
  /** On foot for most of it, outside of a workout: by how much that raises the pulse, else 0. */
  readonly walkingAbove: number;
};

export const slotMs = 10 * minuteMs;
const runningSteps = 1_300;
const walkingShare = 0.22;

/** The day's steps by slots from waking on. A workout with steps takes its own; nobody walks in quiet hours. */
export function stepsOfDay({ seed, traits }: Person, plan: DayPlan, until: number): StepSlot[] {
  const random = randomFor(seed, 'steps', plan.day);
  const drafts: { from: number; fixed: number; weight: number; walkingAbove: number }[] = [];
  for (let from = plan.night.until; from + slotMs <= until; from += slotMs) {
    const isWalk = random.happens(walkingShare);
    const weight = isWalk ? random.between(0.5, 1.5) : random.between(0, 0.12);
    const above = random.between(15, 30);
    const middle = from + slotMs / 2;
    const workout = plan.workouts.find((one) => middle >= one.from && middle < one.until);
    const isQuiet = plan.quiet !== undefined && from < plan.quiet.until && from + slotMs > plan.quiet.from;
    drafts.push({
      from,
      fixed: workout?.hasSteps === true ? runningSteps : 0,
      weight: workout || isQuiet ? 0 : weight,
      walkingAbove: isWalk && !workout && !isQuiet ? above : 0,
    });
  }
  const fixed = drafts.reduce((sum, draft) => sum + draft.fixed, 0);
  const weights = drafts.reduce((sum, draft) => sum + draft.weight, 0);
  const walked = Math.max(traits.steps * plan.stepsFactor - fixed, 0.3 * traits.steps * plan.stepsFactor);
  return drafts.map(({ from, fixed: own, weight, walkingAbove }) => ({
    from,
    until: from + slotMs,
    steps: Math.round(own + (weights === 0 ? 0 : (walked * weight) / weights)),
    walkingAbove,
  }));
}
