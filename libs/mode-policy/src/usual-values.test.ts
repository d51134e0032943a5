import { describe, expect, it } from 'vitest';
import { newLane, withValue } from './baseline-series.ts';
import { laneNumber, type LaneName } from './lane-kinds.ts';
import { initialState, type Lane, type PersonState } from './person-state.ts';
import { openQuestions } from './open-questions.ts';
import { chartedUsual, usualValues } from './usual-values.ts';
import { rules } from '../test/policy-story.ts';

function laneOf(name: LaneName, source: number, values: readonly number[], day = 100): Lane {
  const [first = 0, ...rest] = values;
  let lane = newLane(laneNumber(name), source, day - values.length, first);
  for (const [index, value] of rest.entries()) lane = withValue(lane, day - values.length + index + 1, value);
  return lane;
}

const pulses = [60, 61, 59, 60, 62, 58, 60];
const state = (lanes: readonly Lane[]): PersonState => ({
  ...initialState,
  sources: ['oura', 'apple'],
  lanes,
});

describe('usual values', () => {
  it('are in the unit of the metric, with a band of two spreads', () => {
    const values = usualValues(state([laneOf('pulse_sleep', 0, pulses)]), 100, rules);
    expect(values).toEqual([
      {
        ...{ metric: 'heart_rate', source: 'oura', context: 'sleep', days: 7 },
        value: { usual: 60, low: 57, high: 63 },
      },
    ]);
  });

  it('turn logarithms and roots back', () => {
    const rmssd = laneOf('rmssd_sleep', 0, Array(7).fill(Math.log(50)) as number[]);
    const steps = laneOf('steps', 0, Array(7).fill(100) as number[]);
    const [first, second] = usualValues(state([rmssd, steps]), 100, rules);
    expect(first?.value?.usual).toBe(50);
    expect(second?.value).toMatchObject({ usual: 10_000 });
  });

  it('are not settled until enough days have a value', () => {
    const [value] = usualValues(state([laneOf('pulse_sleep', 0, [60, 61])]), 100, rules);
    expect(value).toMatchObject({ days: 2, value: undefined });
  });

  it("do not exist of a vendor's scores", () => {
    expect(usualValues(state([laneOf('readiness', 0, [80, 82])]), 100, rules)).toEqual([]);
  });

  it('stand in a chart for the first kind that has one, and where none has, there is no band', () => {
    const resting = laneOf('pulse_rest', 0, [70, 71]);
    const asleep = laneOf('pulse_sleep', 0, pulses);
    expect(chartedUsual(state([resting, asleep]), 'heart_rate', 100, rules)).toMatchObject({
      context: 'sleep',
      value: { usual: 60 },
    });
    expect(chartedUsual(state([resting]), 'heart_rate', 100, rules)).toBeUndefined();
  });

  it('stand in a chart for the source with the most days', () => {
    const both = state([
      laneOf('rmssd_sleep', 1, Array(6).fill(4) as number[]),
      laneOf('rmssd_sleep', 0, Array(14).fill(4) as number[]),
    ]);
    expect(chartedUsual(both, 'hrv_rmssd', 100, rules)?.source).toBe('oura');
    expect(chartedUsual(both, 'weight', 100, rules)).toBeUndefined();
  });
});

describe('open questions', () => {
  it('end when they expire, and leave out those that nobody is asked any more', () => {
    const contraries = [
      [1, 500, 'a'.repeat(32)],
      [2, 500, ''],
    ] as const;
    expect(openQuestions({ ...initialState, contraries }, 499)).toEqual([
      { hypothesisId: 'a'.repeat(32), expiresAt: 500 },
    ]);
    expect(openQuestions({ ...initialState, contraries }, 500)).toEqual([]);
  });
});
