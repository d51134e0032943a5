import { chanceOf } from './life/chance.ts';
import { dateOf, dayMs, hourMs } from './life/day-number.ts';
import type { EpisodeKind } from './episodes/episode-kinds.ts';
import { healthyProfiles, type Profile } from './life/profile.ts';
import { simulatePerson } from './simulate-person.ts';
import type { SimulatedEvent } from './devices/simulated-event.ts';

/** A person who exists only for demonstrations. */
export type DemoPerson = {
  readonly userId: string;
  readonly profile: Profile;
  /** Episodes on every simulated day, at an hour of UTC. */
  readonly daily?: readonly { readonly kind: EpisodeKind; readonly hour: number }[];
  /** The simulated days, counted from the start, on which they are ill: the first and how many. */
  readonly ill?: readonly [first: number, days: number];
};

const { ring, watch, ringAndWatch, athlete, diarist } = healthyProfiles;
// A watch reports the pulse every three minutes, which is every three seconds when a day takes 24 minutes.
const live = { pulseEveryMinutes: 3, travels: false };

export const people: readonly DemoPerson[] = [
  { userId: 'ada', profile: { ...ringAndWatch, ...live, traits: { homeOffset: 0 } } },
  { userId: 'ben', profile: { ...athlete, ...live, traits: { ...athlete.traits, homeOffset: 60 } } },
  {
    userId: 'cleo',
    profile: { ...ringAndWatch, ...live, traits: { homeOffset: 60 } },
    daily: [
      { kind: 'high_stress', hour: 8.5 },
      { kind: 'tension', hour: 16 },
    ],
  },
  { userId: 'dara', profile: { ...ring, ...live, traits: { homeOffset: 120 } }, ill: [0, 5] },
  {
    userId: 'emil',
    profile: { ...watch, ...live, traits: { homeOffset: 60 } },
    daily: [{ kind: 'high_pulse_at_rest', hour: 11 }],
  },
  {
    userId: 'finn',
    profile: { ...diarist, ...live, traits: { homeOffset: 0 } },
    daily: [
      // By then the night has been scored; this scores it again.
      { kind: 'low_recovery', hour: 8 },
      { kind: 'low_spo2', hour: 19 },
    ],
  },
];

export type Span = {
  readonly seed: number;
  /** The day, counted from 1970, on which the play began. */
  readonly firstDay: number;
  /** Range of arrival times, in simulated milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
};

/** Returns the events that reach the bridge in a span of simulated time. Adjacent spans share no event. */
export function demoEvents(person: DemoPerson, { seed, firstDay, from, until }: Span): SimulatedEvent[] {
  const { userId, profile, ill, daily = [] } = person;
  // A day east or west of UTC begins up to 14 hours apart; a gap holds back for up to 14 hours.
  const first = Math.floor(from / dayMs) - 2;
  const days = Math.floor(until / dayMs) + 2 - first;
  const playedDays = Array.from({ length: days }, (_, nr) => first + nr).filter((day) => day >= firstDay);
  const life = {
    seed: chanceOf(seed, userId).below(2 ** 31),
    userId,
    profile,
    from: dateOf(first),
    days,
    illness: ill && { from: dateOf(firstDay + ill[0]), days: ill[1] },
    episodes: playedDays.flatMap((day) =>
      daily.map(({ kind, hour }) => ({ kind, at: day * dayMs + hour * hourMs, minutes: 45 })),
    ),
  };
  return simulatePerson(life).filter(({ receivedAt }) => receivedAt >= from && receivedAt < until);
}
