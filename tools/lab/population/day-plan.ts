import { isOnBreak, midnightOf, offsetOn, weekdayOf } from './calendar.ts';
import { hourMs, minuteMs } from './clock.ts';
import { effectOn, quietSpan, type Effect } from './episodes.ts';
import type { Person } from './person.ts';
import { randomFor, type Random } from './random.ts';

export type Span = { readonly from: number; readonly until: number };

export type Workout = Span & {
  /** Per minute. */
  readonly pulse: number;
  /** Somebody on a bicycle takes none. */
  readonly hasSteps: boolean;
  /** When its document arrives. */
  readonly knownAt: number;
};

/** One day: from going to bed the evening before until going to bed again. Times in ms since 1970. */
export type DayPlan = {
  readonly day: number;
  readonly offsetMinutes: number;
  readonly midnightMs: number;
  readonly night: Span;
  /** A device was worn that night. */
  readonly isNightWorn: boolean;
  /** When the device was on by day; undefined: on a break. */
  readonly worn: Span | undefined;
  readonly hasAlcohol: boolean;
  readonly workouts: readonly Workout[];
  /** When somebody runs up the stairs for two minutes. */
  readonly stairs: readonly number[];
  readonly coffees: readonly number[];
  readonly excitements: readonly (Span & { readonly above: number })[];
  /** Steps against an ordinary day of this person. */
  readonly stepsFactor: number;
  readonly effect: Effect;
  /** Nothing but an acute episode happens then. */
  readonly quiet: Span | undefined;
};

export const stairsMs = 2 * minuteMs;
export const coffeeMs = 60 * minuteMs;
const missedNights = 0.1;
const halfWornDays = 0.03;
const excitementsPerDay = 3 / 7;
/** Twice a month, mostly at weekends. */
const alcohol = { weekend: 0.15, otherwise: 0.032 };

export function planDay(person: Person, day: number): DayPlan {
  const { seed, episode } = person;
  const random = randomFor(seed, 'plan', day);
  const offsetMinutes = offsetOn(person, day);
  const midnightMs = midnightOf(day, offsetMinutes);
  const night = nightOf(person, day);
  const awake: Span = { from: night.until, until: nightOf(person, day + 1).from };
  const quiet = quietSpan(episode, day, midnightMs);
  const effect = effectOn(episode, day);
  const isPresent = !isOnBreak(person, day);
  const isHalfWorn = random.happens(halfWornDays);
  // Every draw is made whether it counts or not: an episode must not shift the others.
  const isMissed = random.happens(missedNights);
  const hasAlcohol = random.happens(isWeekendNight(day) ? alcohol.weekend : alcohol.otherwise);
  const steps = Math.exp(0.4 * random.normal());
  const events = { workouts: workoutsOf(person, day, awake), ...smallEvents(random, person, awake) };
  const isOutside = ({ from, until }: Span) =>
    quiet === undefined || until < quiet.from || from > quiet.until;
  return {
    day,
    offsetMinutes,
    midnightMs,
    night,
    isNightWorn: isPresent && !isMissed,
    worn: isPresent ? wornSpan(awake, isHalfWorn) : undefined,
    hasAlcohol,
    workouts: effect.stepsFactor < 1 ? [] : events.workouts.filter(isOutside),
    stairs: events.stairs.filter((from) => isOutside({ from, until: from + stairsMs })),
    coffees: events.coffees.filter((from) => isOutside({ from, until: from + coffeeMs })),
    excitements: events.excitements.filter(isOutside),
    stepsFactor: steps * effect.stepsFactor * (isHalfWorn ? 0.5 : 1),
    effect,
    quiet,
  };
}

/** The night that ends on a day; an hour later at weekends. */
function nightOf(person: Person, day: number): Span {
  const { seed, traits } = person;
  const random = randomFor(seed, 'bed', day);
  const late = isWeekendNight(day) ? 1 : 0;
  const bed = traits.bedHour - 24 + late + 0.4 * random.normal();
  const hours = Math.max(4, traits.sleepHours + 0.5 * random.normal());
  const from = midnightOf(day, offsetOn(person, day)) + wholeSeconds(bed * hourMs);
  return { from, until: from + wholeSeconds(hours * hourMs) };
}

/** Those that end on Saturday or Sunday. */
function isWeekendNight(day: number): boolean {
  return weekdayOf(day) > 4;
}

function wornSpan(awake: Span, isHalf: boolean): Span {
  return isHalf ? { from: awake.from, until: (awake.from + awake.until) / 2 } : awake;
}

function workoutsOf({ seed, traits, isRunner }: Person, day: number, awake: Span): Workout[] {
  const random = randomFor(seed, 'workout', day);
  const happens = random.happens(traits.workoutsPerWeek / 7);
  const from = awake.from + wholeSeconds(random.pick([0.7, 5, 10]) * hourMs + random.between(0, hourMs));
  const minutes = isRunner ? 40 : random.between(20, 60);
  const until = from + wholeSeconds(minutes * minuteMs);
  const knownAt = until + documentDelay(random);
  const hasSteps = !random.happens(1 / 3) || isRunner;
  const workout = { from, until, pulse: random.between(120, 170), hasSteps, knownAt };
  return isRunner ? (day % 2 === 0 ? [workout] : []) : happens ? [workout] : [];
}

/** At the end of the workout, or up to six hours later. */
function documentDelay({ happens, between }: Random): number {
  return wholeSeconds(happens(0.7) ? between(0, 5 * minuteMs) : between(5 * minuteMs, 6 * hourMs));
}

function smallEvents(random: Random, { traits }: Person, awake: Span) {
  const { between, below, happens } = random;
  const anyTime = () => wholeSeconds(between(awake.from, awake.until));
  const from = anyTime();
  const excitement = { from, until: from + 30 * minuteMs, above: between(8, 20) };
  return {
    excitements: happens(excitementsPerDay) ? [excitement] : [],
    stairs: Array.from({ length: 3 + below(6) }, anyTime),
    coffees: Array.from({ length: traits.coffeesPerDay }, (_, nr) =>
      wholeSeconds(awake.from + (0.7 + 3.2 * nr + between(0, 1)) * hourMs),
    ),
  };
}

export function wholeSeconds(ms: number): number {
  return Math.round(ms / 1000) * 1000;
}
