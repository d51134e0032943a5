import { describe, expect, it } from 'vitest';
import {
  createPerson,
  day,
  eventOf,
  hour,
  minute,
  noon,
  rules,
  type EventOptions,
} from '../test/policy-story.ts';
import { laneNumber } from './lane-kinds.ts';
import { findLane, valueOn } from './baseline-series.ts';
import { signalsOf } from './signals.ts';
import { daySteps } from './step-days.ts';

const total: EventOptions = { source: 'oura', type: 'activity', over: day };
const part: EventOptions = { source: 'apple', statistic: 'sum', over: 10 * minute };
const today = 20_777;
/** The steps of a day that count. */
const stepsOf = (anna: ReturnType<typeof createPerson>, one: number) => {
  const lane = findLane(anna.state.lanes, laneNumber('steps'), 0);
  return lane === undefined ? undefined : Math.round(valueOn(lane, one) ** 2 / 100) * 100;
};

describe("a day's steps", () => {
  it('count once a total was received after the day was over', () => {
    const anna = createPerson().reports(
      { steps: 3_000 },
      { ...total, ago: -12 * hour, object: 'o', version: 0 },
    );
    expect(stepsOf(anna, today)).toBeUndefined();
    anna.later(hour).reports({ steps: 4_000 }, { ...total, ago: -11 * hour, object: 'o', version: 1 });
    expect(stepsOf(anna, today)).toBeUndefined();
    anna.later(20 * hour).reports({ steps: 8_000 }, { ...total, ago: 9 * hour, object: 'o', version: 2 });
    expect(stepsOf(anna, today)).toBe(8_000);
    anna.later(hour).reports({ steps: 9_000 }, { ...total, ago: 10 * hour, object: 'o', version: 3 });
    expect(stepsOf(anna, today)).toBe(9_000);
  });

  it('are the sum of intervals once a later day has steps', () => {
    const anna = createPerson()
      .reports({ steps: 500 }, part)
      .later(hour)
      .reports({ steps: 700 }, { ...part, object: 'o', version: 0 });
    expect(stepsOf(anna, today)).toBeUndefined();
    anna.later(day).reports({ steps: 100 }, part);
    expect(stepsOf(anna, today)).toBe(1_200);
    anna.reports({ steps: 300 }, { ...part, ago: day, object: 'o', version: 1 });
    expect(stepsOf(anna, today)).toBe(800);
  });

  it('without an interval are a total; those of an activity without one are none', () => {
    const anna = createPerson().reports({ steps: 6_000 }, { source: 'oura' });
    expect(anna.state.stepDays[0]?.slice(2)).toEqual([6_000, 0, -1]);
    expect(createPerson().reports({ steps: 6_000 }, { type: 'activity' }).state.stepDays).toEqual([]);
    expect(createPerson().reports({ steps: 100 }, { statistic: 'maximum' }).state.stepDays).toEqual([]);
  });

  it('are not counted twice when a workout says how many of them it took', () => {
    const run: EventOptions = { ...part, type: 'workout', over: 30 * minute };
    const anna = createPerson()
      .reports({ steps: 3_500 }, { ...part, over: 30 * minute })
      .reports({ steps: 3_500 }, run)
      .later(day)
      .reports({ steps: 100 }, part);
    expect(stepsOf(anna, today)).toBe(3_500);
  });

  it('of days before are taken as they come, and counted again when they are corrected', () => {
    const anna = createPerson();
    for (const ago of [1, 2, 3, 4, 5])
      anna.reports(
        { steps: ago * 1_000 },
        { ...total, ago: (ago - 0.5) * day, object: `o${ago}`, version: 0 },
      );
    expect([1, 2, 3, 4, 5].map((ago) => stepsOf(anna, today - ago))).toEqual([
      1_000, 2_000, 3_000, 4_000, 5_000,
    ]);
    anna.reports({ steps: 7_000 }, { ...total, ago: 4.5 * day, object: 'o5', version: 1 });
    expect(stepsOf(anna, today - 5)).toBe(7_000);
    anna.reports({}, { ...total, ago: 4.5 * day, object: 'o5', version: 2, operation: 'delete' });
    expect(stepsOf(anna, today - 5)).toBeNaN();
  });

  it('of intervals long ago are counted again from all of their day', () => {
    const anna = createPerson().reports({ steps: 1 }, part);
    anna.reports({ steps: 1 }, { ...part, ago: day });
    for (const steps of [100, 200, 300]) anna.reports({ steps }, { ...part, ago: 9 * day });
    expect(stepsOf(anna, today - 9)).toBe(600);
  });

  describe('that come as a growing day, from midnight until they arrive', () => {
    // Noon in UTC.
    const soFar: EventOptions = { source: 'apple', statistic: 'sum', offset: '+00:00' };
    const dayAt = (clock: number, one: number, version = 0): EventOptions => ({
      ...soFar,
      ...{ over: clock, object: `day ${one}`, version },
    });
    const whole = (sinceMidnight: number, one: number, version: number): EventOptions => ({
      ...soFar,
      ...{ ago: sinceMidnight, over: day, object: `day ${one}`, version },
    });

    it('are a total before noon too, and what is corrected leaves no sum behind', () => {
      const anna = createPerson().later(-4 * hour);
      anna.reports({ steps: 400 }, dayAt(8 * hour, 0));
      expect(anna.state.stepDays[0]?.slice(2)).toEqual([400, 0, -1]);
      anna.later(15 * hour).reports({ steps: 8_000 }, dayAt(23 * hour, 0, 1));
      expect(anna.state.stepDays[0]?.slice(2)).toEqual([8_000, 0, -1]);
      anna.later(9 * hour).reports({ steps: 500 }, dayAt(8 * hour, 1));
      expect(stepsOf(anna, today)).toBe(8_000);
      anna.reports({ steps: 8_300 }, whole(8 * hour, 0, 2));
      expect(stepsOf(anna, today)).toBe(8_300);
    });

    it('count without another word once a later day has steps, but not by their own', () => {
      const anna = createPerson().later(11 * hour);
      anna.reports({ steps: 8_000 }, dayAt(23 * hour, 0));
      expect(stepsOf(anna, today)).toBeUndefined();
      anna.later(9 * hour).reports({ steps: 400 }, dayAt(8 * hour, 1));
      expect(stepsOf(anna, today)).toBe(8_000);
    });

    it('are no fewer than the intervals of that day', () => {
      const anna = createPerson().reports({ steps: 350 }, dayAt(12 * hour, 0));
      anna.later(hour).reports({ steps: 2_000 }, part);
      anna.later(day).reports({ steps: 100 }, part);
      expect(stepsOf(anna, today)).toBe(2_000);
    });

    it('are an interval when they begin at another time, or end before they arrive', () => {
      const anna = createPerson().reports({ steps: 400 }, { ...soFar, over: 8 * hour });
      anna.reports({ steps: 300 }, { ...soFar, ago: 4 * hour, over: 8 * hour });
      expect(anna.state.stepDays[0]?.slice(2)).toEqual([-1, 0, 700]);
    });
  });

  it('are not known any more when their only interval is deleted', () => {
    const anna = createPerson().reports({ steps: 500 }, { ...part, object: 'o', version: 0 });
    anna.reports({}, { ...part, object: 'o', version: 1, operation: 'delete' });
    expect(anna.state.stepDays[0]?.slice(2)).toEqual([-1, 0, -1]);
    anna.later(day).reports({ steps: 100 }, part);
    expect(stepsOf(anna, today)).toBeUndefined();
  });

  it('are not complete because of a day of which nothing is known any more', () => {
    const anna = createPerson().reports({ steps: 500 }, part);
    anna.later(day).reports({ steps: 100 }, { ...part, object: 'o', version: 0 });
    expect(stepsOf(anna, today)).toBe(500);
    const eve = createPerson().reports({ steps: 100 }, { ...part, object: 'p', version: 0 });
    eve.reports({}, { ...part, object: 'p', version: 1, operation: 'delete' });
    eve.reports({ steps: 500 }, { ...part, ago: day });
    expect(stepsOf(eve, today - 1)).toBeUndefined();
  });

  it('of long ago are the last total that is known when they are counted again', () => {
    // Received in the evening of their own day.
    const evening = { ...total, ago: 0, over: 20 * hour };
    const bob = createPerson().later(8 * hour);
    bob.reports({ steps: 6_000 }, { ...evening, object: 'a', version: 0 });
    bob.later(3 * day).reports({ steps: 10 }, evening);
    bob.later(day).reports({ steps: 10 }, evening);
    expect(stepsOf(bob, today)).toBe(6_000);
    bob.reports({ steps: 700 }, { ...part, source: 'oura', ago: 4 * day + 2 * hour });
    expect(stepsOf(bob, today)).toBe(6_000);
  });

  it('are counted again in whatever order their events are read', () => {
    // The day begins at midnight before `noon`.
    const told = (steps: number, received: number) => {
      const event = eventOf(noon + received, { steps }, { ...total, ago: received - 12 * hour });
      return { event, signals: signalsOf(event, rules) };
    };
    const totals = [told(8_000, 20 * hour), told(3_000, 2 * hour), told(7_900, 14 * hour)];
    expect(daySteps(totals, today, () => 0)).toEqual([Math.sqrt(8_000)]);
    expect(daySteps(totals.slice(1, 2), today, () => 0)).toEqual([Math.sqrt(3_000)]);
    expect(daySteps(totals, today - 5, () => 0)).toEqual([]);
  });
});
