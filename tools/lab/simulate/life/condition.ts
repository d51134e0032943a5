import { chanceOf } from './chance.ts';
import type { Person } from './person.ts';
import type { Day } from './plan-day.ts';

/** The condition of a body on one day, as the night before shows it, without the noise of devices. */
export type Condition = {
  readonly restingPulse: number;
  readonly rmssd: number;
  /** Kelvin from the usual one. */
  readonly temperatureDeviation: number;
  readonly respiration: number;
  readonly spo2: number;
  /** 0 to 100 each. */
  readonly sleepScore: number;
  readonly readiness: number;
  readonly recovery: number;
};

/**
 * In health a night's RMSSD stays within 25 % below the person's own, so within a third of what alarms, and above
 * 30 ms for every healthy profile. An illness takes 40 % and more.
 */
export function conditionOf({ seed, traits }: Person, day: Day): Condition {
  const { bell } = chanceOf(seed, 'condition', day.number);
  const { illness, load, jetLag } = day;
  const weekend = day.weekday > 4 ? 1 : 0;
  const share = 1 + 0.045 * bell() - 0.04 * load - 0.02 * weekend - 0.03 * jetLag - 0.42 * illness;
  const pulseAbove = bell() + load + 0.5 * weekend + jetLag + 9 * illness;
  const asleep = day.night ? day.night.end - day.night.start : 0;
  const short = Math.max(0, traits.sleepHours - asleep);
  const fresh = share - 0.98;
  return {
    restingPulse: traits.restingPulse + pulseAbove,
    rmssd: traits.rmssd * share,
    temperatureDeviation: 0.12 * bell() + 1.1 * illness,
    respiration: traits.respiration + 0.3 * bell() + 2.5 * illness,
    spo2: traits.spo2 + 0.3 * bell() - 1.5 * illness,
    sleepScore: score(82 - 6 * short + 2.5 * bell() - 8 * jetLag - 12 * illness),
    readiness: score(84 + 40 * fresh - 1.2 * pulseAbove + 1.5 * bell() - 14 * illness),
    recovery: score(70 + 100 * fresh - 1.5 * pulseAbove + 2 * bell()),
  };
}

function score(value: number): number {
  return Math.min(99, Math.max(5, value));
}
