import { firstMidnightMs } from '../../population/clock.ts';
import { createPerson as createBody, type Person as Body } from '../../population/person.ts';
import { dayMs, dayNumber } from './day-number.ts';
import type { Profile } from './profile.ts';

/** Days of the population model's illness. */
export type Illness = {
  /** Local date, `2026-03-01`. */
  readonly from: string;
  readonly days: number;
};

export type Person = {
  readonly userId: string;
  readonly seed: number;
  readonly profile: Profile;
  /** Of the population model: usual values, habits, days and nights. */
  readonly body: Body;
};

export type PersonOptions = {
  readonly seed: number;
  readonly userId: string;
  readonly profile: Profile;
  readonly illness?: Illness | undefined;
};

/** The same seed is the same person with the same days, ill or not. */
export function createPerson({ seed, userId, profile, illness }: PersonOptions): Person {
  const body = createBody(seed, 'ring_and_strap', {
    wearsAlways: true,
    staysHome: !profile.travels,
    episode: illness && { kind: 'illness', day: dayOfLife(dayNumber(illness.from)), days: illness.days },
  });
  return { seed, userId, profile, body: { ...body, traits: { ...body.traits, ...profile.traits } } };
}

/** The model counts days from the beginning of a life, the simulator from 1970. */
export function dayOfLife(number: number): number {
  return number - firstMidnightMs / dayMs;
}
