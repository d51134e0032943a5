import { appleDay } from './devices/apple.ts';
import { inOrderOfArrival } from './devices/in-order-of-arrival.ts';
import { chanceOf } from './life/chance.ts';
import { dayNumber } from './life/day-number.ts';
import { withEpisode, type Episode } from './episodes/with-episode.ts';
import { withGaps } from './devices/with-gaps.ts';
import { manualDay } from './devices/manual.ts';
import { ouraDay } from './devices/oura.ts';
import { livedDays, type Condition, type Day } from './life/lived-day.ts';
import { createPerson, type Illness, type Person } from './life/person.ts';
import type { Profile, SimulatedSource } from './life/profile.ts';
import type { DeviceDay, SimulatedEvent } from './devices/simulated-event.ts';
import { whoopDay } from './devices/whoop.ts';

export type Life = {
  readonly seed: number;
  readonly profile: Profile;
  /** First local day, `2026-03-01`. */
  readonly from: string;
  readonly days: number;
  /** `person-<seed>` unless given. */
  readonly userId?: string;
  readonly illness?: Illness | undefined;
  readonly episodes?: readonly Episode[];
};

const deviceDays: Readonly<Record<SimulatedSource, (own: DeviceDay) => SimulatedEvent[]>> = {
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
  const { seed, profile, from, days, illness, episodes = [] } = life;
  const person = createPerson({ seed, profile, userId: life.userId ?? `person-${seed}`, illness });
  const measured = livedDays(person, dayNumber(from), days).flatMap((lived) => eventsOfDay(person, lived));
  const sent = withGaps(person, measured);
  return inOrderOfArrival(episodes.reduce((events, episode) => withEpisode(person, events, episode), sent));
}

type LivedDay = { readonly day: Day; readonly condition: Condition };

function eventsOfDay(person: Person, { day, condition }: LivedDay): SimulatedEvent[] {
  return person.profile.devices.flatMap((device) =>
    deviceDays[device]({ person, day, condition, chance: chanceOf(person.seed, device, day.number) }),
  );
}
