import { chanceOf } from './chance.ts';
import type { Profile, Range } from './profile.ts';

/** Days of raised resting pulse and temperature and of lowered variability. */
export type Illness = {
  /** Local date, `2026-03-01`. */
  readonly from: string;
  readonly days: number;
  /** 0 to 1. */
  readonly severity: number;
};

/** Leaves at noon of the first day and comes back at noon `days` later; each flight takes until the next noon. */
export type Journey = {
  /** Local date of departure, `2026-03-01`. */
  readonly from: string;
  readonly days: number;
  /** Minutes east of UTC there; at most 12 hours from home. */
  readonly offsetMinutes: number;
};

export type Traits = {
  readonly restingPulse: number;
  readonly rmssd: number;
  readonly respiration: number;
  readonly spo2: number;
  readonly skinTemp: number;
  readonly weight: number;
  readonly bedHour: number;
  readonly sleepHours: number;
  readonly homeOffset: number;
};

export type Person = {
  readonly userId: string;
  readonly seed: number;
  readonly profile: Profile;
  readonly traits: Traits;
  /** Besides those that the profile's rates bring. */
  readonly illnesses: readonly Illness[];
  readonly journeys: readonly Journey[];
};

export function traitsOf(seed: number, profile: Profile): Traits {
  const chance = chanceOf(seed, 'traits');
  const draw = ([low, high]: Range) => chance.between(low, high);
  return {
    restingPulse: draw(profile.restingPulse),
    rmssd: draw(profile.rmssd),
    respiration: draw([13, 16]),
    spo2: draw([96, 98]),
    skinTemp: draw([33.6, 35]),
    weight: draw([54, 92]),
    bedHour: draw(profile.bedHour),
    sleepHours: draw(profile.sleepHours),
    homeOffset: chance.pick(profile.homeOffsets),
  };
}
