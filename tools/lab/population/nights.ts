import type { DayPlan } from './day-plan.ts';
import type { Person } from './person.ts';
import { randomFor, type Random } from './random.ts';
import { clamp, lutealDays, type Cycle } from './traits.ts';

/** How a body was in one night, before any device's own noise. */
export type Night = {
  /** ms */
  readonly rmssd: number;
  /** Resting pulse, per minute. */
  readonly pulse: number;
  readonly respiration: number;
  /** Kelvin from the usual one. */
  readonly temperature: number;
  /** Mean, percent. */
  readonly spo2: number;
  /** Vendors' scores, 1 to 99. */
  readonly readiness: number;
  readonly recovery: number;
};

const persistence = 0.3;
const pulseAgainstRmssd = -0.4;

type Noise = { rmssd: number; pulse: number; respiration: number; temperature: number; spo2: number };

/** The nights of a person in order: call it once for each day, also for those that nobody measures. */
export function createNights(person: Person): (plan: DayPlan) => Night {
  const noise: Noise = { rmssd: 0, pulse: 0, respiration: 0, temperature: 0, spo2: 0 };
  return function nextNight(plan) {
    const random = randomFor(person.seed, 'night', plan.day);
    for (const key of ['rmssd', 'pulse', 'respiration', 'temperature', 'spo2'] as const) {
      noise[key] = persistence * noise[key] + Math.sqrt(1 - persistence ** 2) * random.normal();
    }
    return nightFrom(person, plan, noise, random);
  };
}

function nightFrom(
  { traits }: Person,
  { day, hasAlcohol, effect }: DayPlan,
  noise: Noise,
  random: Random,
): Night {
  const luteal = traits.cycle && isLuteal(traits.cycle, day) ? traits.cycle : undefined;
  // Drawn on sober nights too, so that all nights use the same sequence.
  const drinks = { rmssdLoss: random.between(0.15, 0.35), pulse: random.between(4, 10) };
  const irregular = { factor: random.between(2.2, 3.5), pulse: random.between(10, 25) };
  const scoreNoise = { readiness: random.normal(), recovery: random.normal() };

  const pulseNoise = pulseAgainstRmssd * noise.rmssd + Math.sqrt(1 - pulseAgainstRmssd ** 2) * noise.pulse;
  const factor =
    (1 - (hasAlcohol ? drinks.rmssdLoss : 0)) * (1 - (luteal?.rmssdLoss ?? 0)) * effect.rmssdFactor;
  const above = (hasAlcohol ? drinks.pulse : 0) + (luteal?.pulse ?? 0) + effect.pulse;
  const regular = traits.rmssd * Math.exp(traits.rmssdSd * noise.rmssd) * factor;
  const rmssd = clamp(effect.isIrregular ? traits.rmssd * irregular.factor : regular, 5, 290);
  const pulse =
    traits.pulse + traits.pulseSd * pulseNoise + above + (effect.isIrregular ? irregular.pulse : 0);
  const rmssdZ = Math.log(rmssd / traits.rmssd) / traits.rmssdSd;
  const pulseZ = (pulse - traits.pulse) / traits.pulseSd;
  return {
    rmssd,
    pulse,
    respiration: Math.max(
      6,
      traits.respiration + traits.respirationSd * noise.respiration + effect.respiration,
    ),
    temperature: traits.skinTemperatureSd * noise.temperature + (luteal ? 0.3 : 0) + effect.temperature,
    spo2: Math.min(99.5, traits.spo2 + 0.7 * noise.spo2),
    // With alcohol and cycles in the population, the scores come to 76 ± 9 and 60 ± 18.
    readiness: score(78 + 7.8 * (0.45 * rmssdZ - 0.45 * pulseZ + 0.658 * scoreNoise.readiness)),
    recovery: score(63.7 + 16 * (0.75 * rmssdZ - 0.35 * pulseZ + 0.324 * scoreNoise.recovery)),
  };
}

export function isLuteal({ days, phase }: Cycle, day: number): boolean {
  return (day + phase) % days >= days - lutealDays;
}

function score(value: number): number {
  return Math.round(clamp(value, 1, 99));
}
