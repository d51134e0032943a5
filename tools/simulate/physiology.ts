import type { Person } from './people.ts';

/** What a wearable would show of a person at one moment. */
export type Vitals = {
  readonly heartRate: number;
  readonly rmssd: number;
  readonly readiness: number;
  readonly stressed: boolean;
};

// Stress comes and goes about once in this many hours.
const stressCycleHours = 5;

/**
 * A person's vitals at an hour of the day (0 to 24, beyond that the next day): the pulse follows the day, variability
 * runs against it, and stress sets in and wears off. `noise` runs from 0 to 1.
 */
export function vitalsAt(person: Person, hour: number, noise: number): Vitals {
  const wave = (1 - Math.cos(((hour - person.calmestHour) / 24) * 2 * Math.PI)) / 2;
  const stress = stressAt(person, hour);
  const jitter = noise - 0.5;
  const heartRate = person.restingPulse + 22 * wave + 25 * stress + 6 * jitter;
  const rmssd = person.rmssd * (1 - 0.35 * wave) * (1 - 0.7 * stress) + 8 * jitter;
  const readiness = 88 - 8 * wave - 40 * stress + 6 * jitter;
  return {
    heartRate: Math.round(heartRate),
    rmssd: Math.round(Math.max(8, rmssd) * 10) / 10,
    readiness: Math.round(Math.min(100, readiness)),
    stressed: stress > 0.5,
  };
}

/** From 0 to 1: a soft-edged episode that takes its share of every cycle, at another phase for each person. */
function stressAt({ calmestHour, stressShare }: Person, hour: number): number {
  if (stressShare === 0) return 0;
  const phase = (((hour + calmestHour * 1.7) / stressCycleHours) % 1) + 0;
  const distance = Math.abs(phase - 0.5) * 2;
  const edge = 0.08;
  return Math.min(1, Math.max(0, (stressShare - distance) / edge + 1));
}
