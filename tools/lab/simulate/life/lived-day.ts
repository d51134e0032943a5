import { planDay, type DayPlan } from '../../population/day-plan.ts';
import { createNights, type Night } from '../../population/nights.ts';
import { createPulse } from '../../population/pulse-of-day.ts';
import { stepsOfDay, type StepSlot } from '../../population/steps-of-day.ts';
import { chanceOf } from './chance.ts';
import { hourMs } from './day-number.ts';
import { dayOfLife, type Person } from './person.ts';

/** One day of a person, from going to bed the evening before until going to bed again. Hours count from its midnight. */
export type Day = {
  /** Days since 1970, as the local calendar counts. */
  readonly number: number;
  /** Local midnight, in milliseconds since 1970. */
  readonly midnight: number;
  readonly offsetMinutes: number;
  /** The night that ends on this day; before 0 is the evening before. */
  readonly night: { readonly start: number; readonly end: number };
  readonly isNightWorn: boolean;
  /** When the next night begins. */
  readonly bed: number;
  /** The device is taken off then, if not for the night. */
  readonly until: number;
  readonly plan: DayPlan;
  readonly slots: readonly StepSlot[];
  readonly pulse: ReturnType<typeof createPulse>;
};

/** The condition of a body on one day, as the night before shows it, without the noise of devices. */
export type Condition = Night & {
  /** 1 to 99. */
  readonly sleepScore: number;
};

/** Nights follow from those before them; after so many days nothing of the beginning is left, to the last bit. */
const warmUpDays = 60;

/** Days of a person in order, from one that is counted from 1970 on. */
export function livedDays(
  person: Person,
  first: number,
  count: number,
): { readonly day: Day; readonly condition: Condition }[] {
  const { body } = person;
  const nextNight = createNights(body);
  const firstOfLife = dayOfLife(first);
  for (let day = firstOfLife - warmUpDays; day < firstOfLife; day += 1) nextNight(planDay(body, day));
  return Array.from({ length: count }, (_, nr) => {
    const plan = planDay(body, firstOfLife + nr);
    const night = nextNight(plan);
    const day = dayOf(person, { number: first + nr, plan, night });
    return { day, condition: { ...night, sleepScore: sleepScore(person, day) } };
  });
}

type Basis = { readonly number: number; readonly plan: DayPlan; readonly night: Night };

function dayOf({ body }: Person, { number, plan, night }: Basis): Day {
  const next = planDay(body, plan.day + 1);
  const hourOf = (at: number) => (at - plan.midnightMs) / hourMs;
  const slots = stepsOfDay(body, plan, next.night.from);
  return {
    number,
    midnight: plan.midnightMs,
    offsetMinutes: plan.offsetMinutes,
    night: { start: hourOf(plan.night.from), end: hourOf(plan.night.until) },
    isNightWorn: plan.isNightWorn,
    bed: hourOf(next.night.from),
    until: hourOf(plan.worn?.until ?? plan.night.until),
    plan,
    slots,
    pulse: createPulse(body, plan, night, slots),
  };
}

/** The model has no score of the sleep itself. */
function sleepScore({ seed, body }: Person, { night, number }: Day): number {
  const short = Math.max(0, body.traits.sleepHours - (night.end - night.start));
  const score = 82 - 6 * short + 4 * chanceOf(seed, 'sleep score', number).bell();
  return Math.min(99, Math.max(1, score));
}

/** The time at a local hour of the day. */
export function timeAt({ midnight }: Pick<Day, 'midnight'>, hour: number): number {
  return midnight + Math.round(hour * hourMs);
}

export function isAsleep({ night, bed }: Day, hour: number): boolean {
  return (hour >= night.start && hour < night.end) || hour >= bed;
}

/** A device is on the body then. */
export function isWorn(day: Day, hour: number): boolean {
  if (hour < day.night.start || hour >= day.bed) return false;
  return hour < day.night.end ? day.isNightWorn : hour < day.until;
}
