import { describe, expect, it } from 'vitest';
import { createPerson, day, hour, minute, type EventOptions } from '../test/policy-story.ts';
import { laneNumber } from './lane-kinds.ts';
import { findLane, valueOn } from './baseline-series.ts';

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
});
