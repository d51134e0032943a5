import { describe, expect, it } from 'vitest';
import type { SimulatedEvent } from '../devices/simulated-event.ts';
import { personEvents } from '../../population/person-events.ts';
import { simulatePerson, type Life } from '../simulate-person.ts';
import { dayNumber, hourMs, minuteMs } from './day-number.ts';
import { createPerson, dayOfLife } from './person.ts';
import { healthyProfiles } from './profile.ts';

const steady = { ...healthyProfiles.ringAndWatch, travels: false, gapsPerWeek: 0 };
const base: Life = { seed: 5, profile: steady, from: '2026-03-02', days: 56 };

const valuesOf = (events: readonly SimulatedEvent[], metric: string) =>
  events.flatMap(({ readings }) => readings.filter((one) => one.metric === metric).map(({ value }) => value));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const onDate = (events: readonly SimulatedEvent[], dates: readonly string[]) =>
  events.filter(({ objectId }) => dates.some((date) => objectId.includes(date)));
const localHour = ({ measuredAt, offsetMinutes }: SimulatedEvent) =>
  ((measuredAt + offsetMinutes * minuteMs) / hourMs) % 24;

it('the people are those of the population model: the same nights', () => {
  const { body } = createPerson({ seed: 5, userId: 'x', profile: steady });
  const first = dayOfLife(dayNumber('2026-03-02'));
  const nights = new Map<string, number>();
  for (const { event_type: type, timestamp, readings } of personEvents(
    { ...body, deviceClass: 'strap' },
    first + 56,
  )) {
    const respiration = readings.find(({ metric }) => metric === 'respiratory_rate');
    if (type === 'sleep' && respiration) nights.set(timestamp.slice(0, 10), respiration.value);
  }
  const simulated = simulatePerson(base).filter(({ objectId }) => /^oura.*sleep$/.test(objectId));
  expect(simulated.length).toBeGreaterThan(45);
  for (const { objectId, readings } of simulated) {
    const own = readings.find(({ metric }) => metric === 'respiratory_rate');
    // A strap adds a noise of 0.15.
    expect(Math.abs((own?.value ?? 0) - (nights.get(objectId.slice(5, 15)) ?? 0))).toBeLessThan(0.8);
  }
});

it('the pulse is lowest asleep, and high in a workout', () => {
  const profile = { ...steady, pulseEveryMinutes: 5, traits: { workoutsPerWeek: 5 } };
  const events = simulatePerson({ ...base, profile });
  const pulses = events.filter(({ source, eventType }) => source === 'apple' && eventType === 'heart_rate');
  const at = (from: number, until: number) =>
    mean(
      valuesOf(
        pulses.filter((event) => localHour(event) >= from && localHour(event) < until),
        'heart_rate',
      ),
    );
  expect(at(13, 17) - at(2, 5)).toBeGreaterThan(5);
  const workouts = events.filter(({ eventType, source }) => eventType === 'workout' && source === 'apple');
  expect(workouts.length).toBeGreaterThan(20);
  for (const { readings, measuredAt } of workouts) {
    const start = readings[0]?.start ?? Number.NaN;
    const during = pulses.filter(
      (event) => event.measuredAt > start + 5 * minuteMs && event.measuredAt < measuredAt,
    );
    for (const value of valuesOf(during, 'heart_rate')) expect(value).toBeGreaterThan(100);
  }
});

describe('an illness', () => {
  const ill: Life = { ...base, illness: { from: '2026-03-16', days: 5 } };
  const dates = ['2026-03-16', '2026-03-17', '2026-03-18', '2026-03-19', '2026-03-20'];

  it('raises resting pulse and temperature and lowers variability, by what the model says', () => {
    const change = (metric: string) => {
      const [well, sick] = [base, ill].map((life) =>
        mean(valuesOf(onDate(simulatePerson(life), dates), metric)),
      );
      return { difference: (sick ?? 0) - (well ?? 0), factor: (sick ?? 0) / (well ?? 1) };
    };
    expect(change('resting_heart_rate').difference).toBeCloseTo(6, 0);
    expect(change('skin_temp_deviation').difference).toBeCloseTo(1, 1);
    expect(change('hrv_rmssd').factor).toBeCloseTo(0.8, 1);
  });

  it('is over after its days', () => {
    const after = (life: Life) => onDate(simulatePerson(life), ['2026-03-23', '2026-03-25']);
    expect(after(ill)).toEqual(after(base));
  });
});

it('people who travel change their offset and come back', () => {
  const offsets = (travels: boolean) =>
    new Set(
      simulatePerson({ ...base, profile: { ...steady, travels }, days: 300 }).map(
        (event) => event.offsetMinutes,
      ),
    );
  expect(offsets(false).size).toBe(1);
  expect(offsets(true).size).toBeGreaterThan(1);
});
