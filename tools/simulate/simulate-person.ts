import type { ReservedSource } from '@bridge/contracts';
import { appleDay } from './apple.ts';
import { inOrderOfArrival } from './arrival.ts';
import { chanceOf } from './chance.ts';
import { conditionOf } from './condition.ts';
import { dayNumber } from './day-number.ts';
import { withEpisode, type Episode } from './episodes.ts';
import { withGaps } from './gaps.ts';
import { manualDay } from './manual.ts';
import { ouraDay } from './oura.ts';
import { traitsOf, type Illness, type Journey, type Person } from './person.ts';
import { planDay } from './plan-day.ts';
import type { Profile } from './profile.ts';
import type { DeviceDay, SimulatedEvent } from './simulated-event.ts';
import { whoopDay } from './whoop.ts';

export type Life = {
  readonly seed: number;
  readonly profile: Profile;
  /** First local day, `2026-03-01`. */
  readonly from: string;
  readonly days: number;
  /** `person-<seed>` unless given. */
  readonly userId?: string;
  /** Besides what the profile's rates bring. */
  readonly illnesses?: readonly Illness[];
  readonly journeys?: readonly Journey[];
  readonly episodes?: readonly Episode[];
};

const deviceDays: Readonly<Record<ReservedSource, (own: DeviceDay) => SimulatedEvent[]>> = {
  oura: ouraDay,
  whoop: whoopDay,
  apple: appleDay,
  manual: manualDay,
};

/**
 * What a synthetic person's devices send of these days, in order of arrival. Pure: the same input gives the same events
 * on every machine. A day depends on its date and not on `from`, so that two spans agree on the days they share.
 */
export function simulatePerson(life: Life): SimulatedEvent[] {
  const { seed, profile, from, days, episodes = [] } = life;
  const person: Person = {
    seed,
    profile,
    userId: life.userId ?? `person-${seed}`,
    traits: traitsOf(seed, profile),
    illnesses: life.illnesses ?? [],
    journeys: life.journeys ?? [],
  };
  const first = dayNumber(from);
  const measured = Array.from({ length: days }, (_, nr) => eventsOfDay(person, first + nr)).flat();
  const sent = withGaps(person, measured);
  return inOrderOfArrival(episodes.reduce((events, episode) => withEpisode(person, events, episode), sent));
}

function eventsOfDay(person: Person, number: number): SimulatedEvent[] {
  const day = planDay(person, number);
  const condition = conditionOf(person, day);
  return person.profile.devices.flatMap((device) =>
    deviceDays[device]({ person, day, condition, chance: chanceOf(person.seed, device, number) }),
  );
}
