import { describe, expect, it } from 'vitest';
import type { SimulatedEvent } from '../devices/simulated-event.ts';
import { simulatePerson, type Life } from '../simulate-person.ts';
import { hourMs, minuteMs } from './day-number.ts';
import { traitsOf } from './person.ts';
import { frail, healthyProfiles } from './profile.ts';

const steady = { ...healthyProfiles.ringAndWatch, journeysPerYear: 0, gapsPerWeek: 0, homeOffsets: [0] };
const base: Life = { seed: 5, profile: steady, from: '2026-03-02', days: 56 };
const seeds = Array.from({ length: 10 }, (_, nr) => nr + 1);

const valuesOf = (events: readonly SimulatedEvent[], metric: string) =>
  events.flatMap(({ readings }) => readings.filter((one) => one.metric === metric).map(({ value }) => value));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const localHour = ({ measuredAt, offsetMinutes }: SimulatedEvent) =>
  ((measuredAt + offsetMinutes * minuteMs) / hourMs) % 24;
const onDate = (events: readonly SimulatedEvent[], dates: readonly string[]) =>
  events.filter(({ objectId }) => dates.some((date) => objectId.includes(date)));
const weekday = ({ measuredAt }: SimulatedEvent) => new Date(measuredAt).getUTCDay();

describe('nights', () => {
  it('keep RMSSD within a band around the person’s own, and vary within it', () => {
    for (const seed of seeds) {
      const { rmssd } = traitsOf(seed, steady);
      const nights = valuesOf(simulatePerson({ ...base, seed }), 'hrv_rmssd');
      expect(nights).toHaveLength(base.days);
      expect(Math.abs(mean(nights) / rmssd - 1)).toBeLessThan(0.05);
      expect(Math.min(...nights)).toBeGreaterThan(rmssd * 0.72);
      expect(Math.max(...nights)).toBeLessThan(rmssd * 1.2);
      expect(new Set(nights).size).toBeGreaterThan(8);
    }
  });

  it('are longer and end later at weekends', () => {
    const nights = simulatePerson(base).filter(({ objectId }) => objectId.endsWith('sleep'));
    const isWeekend = (event: SimulatedEvent) => [0, 6].includes(weekday(event));
    const ends = (wanted: boolean) => mean(nights.filter((one) => isWeekend(one) === wanted).map(localHour));
    expect(ends(true) - ends(false)).toBeGreaterThan(0.7);
  });
});

describe('the pulse of a day', () => {
  it('is lowest asleep and highest in the afternoon', () => {
    const events = simulatePerson(base).filter(
      ({ source, eventType, readings: [reading] }) =>
        source === 'apple' && eventType === 'heart_rate' && reading?.context !== 'active',
    );
    const at = (from: number, until: number) =>
      mean(
        valuesOf(
          events.filter((event) => localHour(event) >= from && localHour(event) < until),
          'heart_rate',
        ),
      );
    expect(at(13, 17) - at(1, 5)).toBeGreaterThan(10);
    expect(at(13, 17) - at(1, 5)).toBeLessThan(30);
    expect(at(14, 16) - at(20, 22)).toBeGreaterThan(2);
  });

  it('is high in a workout, which says from when to when', () => {
    const events = simulatePerson({ ...base, profile: { ...steady, pulseEveryMinutes: 5 } });
    const workouts = events.filter(({ eventType, source }) => eventType === 'workout' && source === 'apple');
    expect(new Set(workouts.map(weekday))).toEqual(new Set([2, 4, 6]));
    for (const { readings, measuredAt } of workouts) {
      const [average] = readings;
      expect(average).toMatchObject({ metric: 'heart_rate', context: 'active', end: measuredAt });
      const start = average?.start ?? Number.NaN;
      const during = events.filter(
        (event) =>
          event.source === 'apple' &&
          event.eventType === 'heart_rate' &&
          event.measuredAt > start &&
          event.measuredAt < measuredAt,
      );
      expect(during.length).toBeGreaterThan(4);
      expect(Math.min(...valuesOf(during, 'heart_rate'))).toBeGreaterThan(75);
    }
  });

  it('is lower in every fourth week of training', () => {
    const efforts = simulatePerson({ ...base, days: 112 }).filter(({ objectId }) =>
      /^apple.*workout$/.test(objectId),
    );
    const week = ({ measuredAt }: SimulatedEvent) => Math.floor((measuredAt / hourMs / 24 + 3) / 7) % 4;
    const ofWeek = (nr: number) =>
      mean(
        valuesOf(
          efforts.filter((event) => week(event) === nr),
          'heart_rate',
        ),
      );
    expect(ofWeek(3)).toBeLessThan(ofWeek(0) - 5);
    expect(ofWeek(2)).toBeGreaterThan(ofWeek(0) + 5);
  });
});

describe('an illness', () => {
  const illnesses = [{ from: '2026-03-16', days: 6, severity: 1 }];
  const ill = ['2026-03-17', '2026-03-18', '2026-03-19'];
  const compare = (metric: string) => {
    const [well, sick] = [base, { ...base, illnesses }].map((life) =>
      mean(valuesOf(onDate(simulatePerson(life), ill), metric)),
    );
    return { well: well ?? Number.NaN, sick: sick ?? Number.NaN };
  };

  it('raises resting pulse and temperature and lowers variability', () => {
    const pulse = compare('resting_heart_rate');
    expect(pulse.sick).toBeGreaterThan(pulse.well + 6);
    const rmssd = compare('hrv_rmssd');
    expect(rmssd.sick).toBeLessThan(rmssd.well * 0.65);
    const temperature = compare('skin_temp_deviation');
    expect(temperature.sick).toBeGreaterThan(temperature.well + 0.8);
  });

  it('is over after its days', () => {
    const after = (life: Life) => onDate(simulatePerson(life), ['2026-03-23', '2026-03-25']);
    expect(after({ ...base, illnesses })).toEqual(after(base));
  });

  it('befalls the frail by themselves', () => {
    const years = seeds.map((seed) =>
      simulatePerson({ ...base, seed, profile: { ...frail, devices: ['whoop'] }, days: 365 }),
    );
    const highest = years.map(
      (events) =>
        Math.max(...valuesOf(events, 'resting_heart_rate')) - mean(valuesOf(events, 'resting_heart_rate')),
    );
    expect(highest.filter((above) => above > 5).length).toBeGreaterThan(7);
  });
});

describe('a journey', () => {
  const journeys = [{ from: '2026-03-10', days: 5, offsetMinutes: 540 }];
  const events = simulatePerson({ ...base, journeys });
  const offsetsOn = (date: string) => [
    ...new Set(onDate(events, [date]).map((event) => event.offsetMinutes)),
  ];

  it('changes the offset there and back', () => {
    expect(['2026-03-10', '2026-03-11', '2026-03-15', '2026-03-16'].map(offsetsOn)).toEqual([
      [0],
      [540],
      [540],
      [0],
    ]);
  });

  it('costs the nights on the plane', () => {
    const nights = events.filter(({ objectId }) => objectId.startsWith('oura') && objectId.endsWith('sleep'));
    expect(onDate(nights, ['2026-03-11', '2026-03-16'])).toEqual([]);
    expect(nights).toHaveLength(base.days - 2);
  });
});
