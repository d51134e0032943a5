import { minuteMs } from './clock.ts';
import { coffeeMs, stairsMs, type DayPlan, type Workout } from './day-plan.ts';
import type { Motion } from './event-draft.ts';
import type { Night } from './nights.ts';
import type { Person } from './person.ts';
import type { Random } from './random.ts';
import { slotMs, type StepSlot } from './steps-of-day.ts';

export type Pulse = { readonly perMinute: number; readonly motion: Motion };

const recoveryMs = 30 * minuteMs;
const recoveryConstantMs = 9 * minuteMs;
const warmUpMs = 5 * minuteMs;

/** What a watch sees at any time of a day, and whether the arm moves. */
export function createPulse(
  { traits }: Person,
  plan: DayPlan,
  night: Night,
  slots: readonly StepSlot[],
): (at: number, random: Pick<Random, 'normal'>) => Pulse {
  const atRest = night.pulse + traits.awakeAbove;

  function quietPulse(at: number): number {
    const coffee = plan.coffees.some((from) => at >= from && at < from + coffeeMs) ? 5 : 0;
    const excitement = plan.excitements.find(({ from, until }) => at >= from && at < until)?.above ?? 0;
    return atRest + coffee + excitement;
  }

  return function pulseAt(at, random) {
    if (at < plan.night.until)
      return { perMinute: night.pulse + 4 + 2 * random.normal(), motion: 'sedentary' };
    const noise = 2.5 * random.normal();
    const workout = plan.workouts.find(({ from, until }) => at >= from && at < until + recoveryMs);
    if (workout && at < workout.until) {
      const share = Math.min(1, (at - workout.from + minuteMs) / warmUpMs);
      return { perMinute: atRest + share * (workout.pulse - atRest) + 2 * noise, motion: 'active' };
    }
    const quiet = quietPulse(at);
    if (plan.stairs.some((from) => at >= from && at < from + stairsMs)) {
      return { perMinute: 115 + noise, motion: 'active' };
    }
    const walking = slots[Math.floor((at - plan.night.until) / slotMs)]?.walkingAbove ?? 0;
    const afterwards = workout ? leftOver(workout, quiet, at) : 0;
    const above = Math.max(walking, afterwards);
    return { perMinute: quiet + above + noise, motion: walking > 0 ? 'active' : 'sedentary' };
  };
}

/** The pulse falls for half an hour after a workout. */
function leftOver({ pulse, until }: Workout, quiet: number, at: number): number {
  return Math.max(0, pulse - quiet) * Math.exp(-(at - until) / recoveryConstantMs);
}
