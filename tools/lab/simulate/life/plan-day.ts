import { chanceOf } from './chance.ts';
import { dayMs, hourMs, minuteMs } from './day-number.ts';
import { illnessOn, whereaboutsOn } from './illness-and-journeys.ts';
import type { Person } from './person.ts';

export type Workout = {
  /** Local hours. */
  readonly start: number;
  readonly end: number;
  /** 0 to 1. */
  readonly effort: number;
};

/** One local day of a person. Hours count from its midnight. */
export type Day = {
  /** Days since 1970, as the local calendar counts. */
  readonly number: number;
  /** 0 is Monday. */
  readonly weekday: number;
  /** Local midnight, in milliseconds since 1970. */
  readonly midnight: number;
  readonly offsetMinutes: number;
  /** The night that ends on this day; before 0 is the evening before. undefined: spent on a flight. */
  readonly night: { readonly start: number; readonly end: number } | undefined;
  /** When the next night begins. */
  readonly bed: number;
  /** From when to when something is measured; shortened by flights. */
  readonly from: number;
  readonly until: number;
  readonly workout: Workout | undefined;
  /** Fatigue from yesterday's workout, from 0 to 1. */
  readonly load: number;
  /** 0 to 1. */
  readonly illness: number;
  readonly jetLag: number;
};

export function planDay(person: Person, number: number): Day {
  const { offsetMinutes, flight, jetLag } = whereaboutsOn(person, number);
  const wake = wakeHour(person, number);
  return {
    number,
    weekday: weekdayOf(number),
    midnight: number * dayMs - offsetMinutes * minuteMs,
    offsetMinutes,
    night: flight === 'arriving' ? undefined : { start: bedHour(person, number - 1) - 24, end: wake },
    bed: bedHour(person, number),
    from: flight === 'arriving' ? 12 : 0,
    until: flight === 'leaving' ? 12 : 24,
    workout: workoutOn(person, number),
    load: workoutOn(person, number - 1)?.effort ?? 0,
    illness: illnessOn(person, number),
    jetLag,
  };
}

/** The time at a local hour of the day. */
export function timeAt(day: Day, hour: number): number {
  return day.midnight + Math.round(hour * hourMs);
}

/** 1970-01-01 was a Thursday. */
function weekdayOf(number: number): number {
  return (((number + 3) % 7) + 7) % 7;
}

/** Later on Friday and Saturday. */
function bedHour({ seed, traits }: Person, number: number): number {
  const late = [4, 5].includes(weekdayOf(number)) ? 0.9 : 0;
  return traits.bedHour + late + 0.25 * chanceOf(seed, 'bed', number).bell();
}

/** Later on Saturday and Sunday. */
function wakeHour({ seed, traits }: Person, number: number): number {
  const late = weekdayOf(number) > 4 ? 1 : 0;
  return traits.bedHour - 24 + traits.sleepHours + late + 0.2 * chanceOf(seed, 'wake', number).bell();
}

// Three weeks of building up, one of rest.
const effortOfWeek = [0.5, 0.65, 0.8, 0.35];

function workoutOn(person: Person, number: number): Workout | undefined {
  const { seed, profile } = person;
  if (!profile.trainingDays.includes(weekdayOf(number))) return undefined;
  if (illnessOn(person, number) > 0.1 || whereaboutsOn(person, number).flight !== undefined) return undefined;
  const chance = chanceOf(seed, 'workout', number);
  const week = effortOfWeek[Math.floor((number + 3) / 7) % effortOfWeek.length] ?? 0.5;
  const start = chance.pick([wakeHour(person, number) + 0.7, 12.5, 17.5]) + chance.between(0, 0.8);
  return { start, end: start + chance.between(0.5, 1.25), effort: week + chance.between(-0.1, 0.15) };
}
