import type { Random } from './random.ts';

/** What the luteal phase changes in a person. */
export type Cycle = {
  readonly days: number;
  /** Day of the cycle on day 0. */
  readonly phase: number;
  /** Per minute. */
  readonly pulse: number;
  /** Share of the RMSSD that is lost. */
  readonly rmssdLoss: number;
};

/** The traits of a person that stay the same from day to day. Values of the night unless said otherwise. */
export type Traits = {
  readonly age: number;
  /** Median of the nights, ms. */
  readonly rmssd: number;
  /** Of ln RMSSD, night to night. */
  readonly rmssdSd: number;
  /** Resting pulse, per minute. */
  readonly pulse: number;
  readonly pulseSd: number;
  /** By how much the pulse of a waking person at rest is higher. */
  readonly awakeAbove: number;
  readonly respiration: number;
  readonly respirationSd: number;
  /** Celsius. */
  readonly skinTemperature: number;
  readonly skinTemperatureSd: number;
  readonly spo2: number;
  readonly cycle: Cycle | undefined;
  /** Median of a day. */
  readonly steps: number;
  readonly workoutsPerWeek: number;
  readonly coffeesPerDay: number;
  /** Local hour; above 24 is after midnight. */
  readonly bedHour: number;
  readonly sleepHours: number;
  /** Minutes east of UTC. */
  readonly homeOffset: number;
};

export const lutealDays = 13;

/** Somebody, drawn at random: usual values lie anywhere, also right at a threshold. */
export function drawTraits(random: Random): Traits {
  const { between, normal, pick } = random;
  const age = between(18, 80);
  const respiration = within(11.5, 18, () => 14.5 + 1.4 * normal());
  return {
    age,
    rmssd: within(20, 120, () => Math.exp(Math.log(70) - 0.0155 * (age - 20) + 0.33 * normal())),
    rmssdSd: between(0.12, 0.25),
    pulse: within(42, 78, () => 58 + 7 * normal()),
    pulseSd: between(1.5, 3),
    awakeAbove: between(8, 15),
    respiration,
    respirationSd: respiration * (age > 65 ? between(0.025, 0.17) : between(0.025, 0.09)),
    skinTemperature: 34.2 + 0.6 * normal(),
    skinTemperatureSd: between(0.15, 0.3),
    spo2: between(95, 97),
    cycle: drawCycle(age, random),
    steps: within(2500, 15_000, () => Math.exp(Math.log(7000) + 0.35 * normal())),
    workoutsPerWeek: pick([0, 0, 1, 2, 2, 3, 4, 5]),
    coffeesPerDay: pick([0, 1, 2, 2, 3, 4]),
    bedHour: within(21.5, 25, () => 23 + 0.7 * normal()),
    sleepHours: within(6, 8.7, () => 7.3 + 0.5 * normal()),
    homeOffset: pick([-480, -360, -300, -180, 0, 60, 60, 120, 180, 330, 480, 540]),
  };
}

function drawCycle(age: number, { between, happens }: Random): Cycle | undefined {
  const draws = { days: Math.round(between(25, 32)), pulse: between(2, 4), rmssdLoss: between(0.05, 0.12) };
  const phase = Math.floor(between(0, draws.days));
  return happens(0.45) && age < 50 ? { ...draws, phase } : undefined;
}

/** Drawn again until it lies between: nobody is put on a bound. */
function within(low: number, high: number, draw: () => number): number {
  for (;;) {
    const value = draw();
    if (value >= low && value <= high) return value;
  }
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
