import { describe, expect, it } from 'vitest';
import { people } from './people.ts';
import { vitalsAt } from './physiology.ts';
import { createRandom } from './random.ts';

const day = Array.from({ length: 24 * 60 }, (_, minute) => minute / 60);
const calm = people.find(({ stressShare }) => stressShare === 0);
const tense = people.find(({ userId }) => userId === 'demo_emil');

describe('vitalsAt', () => {
  it('follows the day: slowest at the calmest hour, fastest twelve hours later', () => {
    if (!calm) throw new Error('nobody is calm');
    const night = vitalsAt(calm, calm.calmestHour, 0.5);
    const noon = vitalsAt(calm, calm.calmestHour + 12, 0.5);
    expect(night.heartRate).toBe(calm.restingPulse);
    expect(noon.heartRate).toBeGreaterThan(night.heartRate + 15);
    expect(noon.rmssd).toBeLessThan(night.rmssd);
  });

  it('shows stress overload in somebody prone to it, and its end', () => {
    if (!tense) throw new Error('nobody is tense');
    const vitals = day.map((hour) => vitalsAt(tense, hour, 0.5));
    expect(vitals.some(({ rmssd, readiness }) => rmssd < 30 && readiness < 70)).toBe(true);
    expect(vitals.some(({ readiness }) => readiness >= 75)).toBe(true);
  });

  it('never shows it in somebody who is not', () => {
    if (!calm) throw new Error('nobody is calm');
    expect(day.every((hour) => !vitalsAt(calm, hour, 0).stressed)).toBe(true);
    expect(day.every((hour) => vitalsAt(calm, hour, 0).readiness > 70)).toBe(true);
  });

  it('stays within what a wearable can measure', () => {
    const random = createRandom(7);
    for (const person of people) {
      for (const hour of day) {
        const { heartRate, rmssd, readiness } = vitalsAt(person, hour, random());
        expect(heartRate).toBeGreaterThan(35);
        expect(heartRate).toBeLessThan(140);
        expect(rmssd).toBeGreaterThanOrEqual(8);
        expect(readiness).toBeGreaterThan(20);
        expect(readiness).toBeLessThanOrEqual(100);
      }
    }
  });
});

describe('createRandom', () => {
  it('gives the same numbers for the same seed and others for another', () => {
    const take = (seed: number) => Array.from({ length: 5 }, createRandom(seed));
    expect(take(1)).toEqual(take(1));
    expect(take(1)).not.toEqual(take(2));
  });
});
