import { describe, expect, it } from 'vitest';
import { hourMs, minuteMs } from './clock.ts';
import { weekdayOf } from './calendar.ts';
import { planDay, type DayPlan } from './day-plan.ts';
import { createPerson } from './person.ts';
import { stepsOfDay } from './steps-of-day.ts';

const days = 365;
const people = Array.from({ length: 60 }, (_, nr) => createPerson(nr + 1, 'watch'));
const lives = people.map((person) => ({
  person,
  plans: Array.from({ length: days }, (_, day) => planDay(person, day)),
}));
const all = lives.flatMap(({ plans }) => plans);
const share = (plans: readonly DayPlan[], of: (plan: DayPlan) => boolean) =>
  plans.filter(of).length / plans.length;

describe('the days of a person', () => {
  it('miss 10 % of the nights and are half worn in 3 %', () => {
    const worn = all.filter((plan) => plan.worn !== undefined);
    expect(share(worn, (plan) => !plan.isNightWorn)).toBeCloseTo(0.1, 1);
    const isHalf = ({ worn: span, night }: DayPlan) =>
      span !== undefined && span.until - night.until < 9 * hourMs;
    expect(share(worn, isHalf)).toBeGreaterThan(0.02);
    expect(share(worn, isHalf)).toBeLessThan(0.045);
  });

  it('leave the device at home for two weeks a year, in one piece', () => {
    for (const { plans } of lives) {
      const away = plans.filter((plan) => plan.worn === undefined).map(({ day }) => day);
      expect(away).toHaveLength(14);
      expect((away.at(-1) ?? 0) - (away[0] ?? 0)).toBe(13);
    }
    const faithful = createPerson(1, 'watch', { wearsAlways: true });
    expect(Array.from({ length: days }, (_, day) => planDay(faithful, day)).every(({ worn }) => worn)).toBe(
      true,
    );
  });

  it('end later at weekends', () => {
    const wakeHour = ({ night, midnightMs }: DayPlan) => (night.until - midnightMs) / hourMs;
    const mean = (isWeekend: boolean) => {
      const own = all.filter(({ day }) => weekdayOf(day) > 4 === isWeekend).map(wakeHour);
      return own.reduce((sum, hour) => sum + hour, 0) / own.length;
    };
    expect(mean(true) - mean(false)).toBeCloseTo(1, 0);
  });

  it('go on journeys, where the clock is another one', () => {
    for (const { plans, person } of lives) {
      const away = plans.filter(({ offsetMinutes }) => offsetMinutes !== person.traits.homeOffset).length;
      expect(away).toBeLessThan(60);
    }
    expect(share(all, ({ offsetMinutes }) => Math.abs(offsetMinutes) > 840)).toBe(0);
    expect(lives.some(({ plans }) => new Set(plans.map(({ offsetMinutes }) => offsetMinutes)).size > 1)).toBe(
      true,
    );
  });

  it('have nights and waking hours in order, also on journeys', () => {
    for (const { plans } of lives) {
      const times = plans.flatMap(({ night }) => [night.from, night.until]);
      expect(times).toEqual(times.toSorted((one, other) => one - other));
    }
  });

  it('excite three times a week, and know stairs', () => {
    const perWeek = all.reduce((sum, { excitements }) => sum + excitements.length, 0) / (all.length / 7);
    expect(perWeek).toBeCloseTo(3, 0);
    const stairs = all.reduce((sum, plan) => sum + plan.stairs.length, 0) / all.length;
    expect(stairs).toBeGreaterThan(3);
  });
});

describe('a workout', () => {
  const workouts = all.flatMap((plan) => plan.workouts);

  it('takes 20 to 60 min at 120 to 170, a third of them without steps', () => {
    const durations = workouts.map(({ from, until }) => (until - from) / minuteMs);
    expect(Math.min(...durations)).toBeGreaterThan(19.9);
    expect(Math.max(...durations)).toBeLessThan(60.1);
    const pulses = workouts.map(({ pulse }) => pulse);
    expect(Math.min(...pulses)).toBeGreaterThanOrEqual(120);
    expect(Math.max(...pulses)).toBeLessThan(170);
    const without = workouts.filter(({ hasSteps }) => !hasSteps).length / workouts.length;
    expect(without).toBeCloseTo(1 / 3, 1);
  });

  it('is known at its end or up to six hours later', () => {
    const delays = workouts.map(({ until, knownAt }) => knownAt - until);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThanOrEqual(6 * hourMs);
    expect(delays.filter((delay) => delay > 5 * minuteMs).length / delays.length).toBeCloseTo(0.3, 1);
  });

  it('of a runner is a run of 40 min every second day', () => {
    const runner = createPerson(3, 'watch', { isRunner: true });
    const runs = Array.from({ length: 20 }, (_, day) => planDay(runner, day).workouts);
    expect(runs.map(({ length }) => length)).toEqual(Array.from({ length: 20 }, (_, day) => 1 - (day % 2)));
    for (const { from, until, hasSteps } of runs.flat()) {
      expect(until - from).toBe(40 * minuteMs);
      expect(hasSteps).toBe(true);
    }
  });
});

describe('steps', () => {
  it('are log-normal with a standard deviation of 0.4 in ln', () => {
    for (const { plans } of lives) {
      const whole = plans.filter(
        ({ workouts, worn, night }) => !workouts.length && worn && worn.until - night.until > 10 * hourMs,
      );
      const logs = whole.map(({ stepsFactor }) => Math.log(stepsFactor));
      const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
      const sd = Math.sqrt(logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / logs.length);
      expect(sd).toBeGreaterThan(0.33);
      expect(sd).toBeLessThan(0.48);
    }
  });

  it('by slots add up to the day', () => {
    for (const { person, plans } of lives.slice(0, 10)) {
      for (const plan of plans.slice(0, 30).filter(({ workouts }) => workouts.length === 0)) {
        const total = stepsOfDay(person, plan, plan.night.until + 16 * hourMs).reduce(
          (sum, { steps }) => sum + steps,
          0,
        );
        expect(Math.abs(total / (person.traits.steps * plan.stepsFactor) - 1)).toBeLessThan(0.05);
      }
    }
  });
});
