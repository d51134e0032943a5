import { describe, expect, it } from 'vitest';
import { createPerson, eventOf, hour, minute, noon, rules, type EventOptions } from '../test/policy-story.ts';
import { explainEvent } from './explain-event.ts';
import { withExertion, withoutExertion } from './exertions.ts';
import type { Exertion, PersonState } from './person-state.ts';
import { signalsOf } from './signals.ts';
import { restoreState, storeState } from './state-format.ts';

const watch: EventOptions = { source: 'apple', device: 'watch' };
const strap: EventOptions = { source: 'polar', device: 'strap' };

const after = (...times: readonly number[]) =>
  times.reduce<readonly Exertion[]>((known, at) => withExertion(known, at * minute, rules), []);

const inMinutes = (exertions: readonly Exertion[]) =>
  exertions.map((times) => times.map((at) => at / minute));

describe('exertions', () => {
  it.each<[string, number[], number[][]]>([
    ['pulses up to half an hour apart are one', [0, 30, 60], [[0, 60]]],
    [
      'those farther apart are two',
      [0, 31],
      [
        [0, 0],
        [31, 31],
      ],
    ],
    [
      'in whatever order they come',
      [31, 90, 0],
      [
        [0, 0],
        [31, 31],
        [90, 90],
      ],
    ],
    ['one between two joins them', [0, 50, 25], [[0, 50]]],
    ['one within changes nothing', [0, 20, 10], [[0, 20]]],
    [
      'the last four are kept',
      [0, 40, 80, 120, 160],
      [
        [40, 40],
        [80, 80],
        [120, 120],
        [160, 160],
      ],
    ],
  ])('%s', (_, times, expected) => {
    expect(inMinutes(after(...times))).toEqual(expected);
  });

  it('lose what an activity explained that was deleted', () => {
    const known = after(0, 100, 120, 200);
    const without = (from: number, to: number) =>
      inMinutes(withoutExertion(known, [from * minute, to * minute, 'a'], rules));
    expect(without(90, 110)).toEqual([
      [0, 0],
      [200, 200],
    ]);
    expect(without(110, 130)).toEqual([
      [0, 0],
      [100, 110],
      [200, 200],
    ]);
    expect(without(40, 60)).toEqual(inMinutes(known));
  });
});

it('as many exertions as are kept take little room', () => {
  const anna = createPerson();
  for (let one = 0; one < 9; one += 1) anna.reports({ heart_rate: 150 }, watch).later(hour);
  expect(anna.state.exertions).toHaveLength(4);
  const size = (of: PersonState) => Buffer.byteLength(storeState(of));
  expect(size(anna.state) - size({ ...anna.state, exertions: [] })).toBeLessThan(60);
});

/** The contexts of spot measurements that a device syncs now, each taken so long ago. */
function contextsOf(state: PersonState, ...agos: readonly number[]): string[] {
  return agos.map((ago) => {
    const event = eventOf(noon, { heart_rate: 95, hrv_rmssd: 40 }, { ...strap, ago: ago * minute });
    const { signals } = explainEvent(
      state,
      { kind: 'event', event, signals: signalsOf(event, rules) },
      rules,
    );
    return signals[0]?.context ?? '';
  });
}

describe('a device that syncs late', () => {
  const exertion = (ago: number, options: EventOptions) =>
    [{ heart_rate: 150 }, { ...options, ago: ago * minute }] as const;

  it('is not at rest after the first of two exertions, in whatever order these came', () => {
    const [first, second] = [exertion(120, watch), exertion(50, { ...strap, device: 'other' })];
    const anna = createPerson()
      .reports(...first)
      .reports(...second);
    const ben = createPerson()
      .reports(...second)
      .reports(...first);
    expect(ben.state.exertions).toEqual(anna.state.exertions);
    const expected = ['rest', 'unknown', 'unknown', 'rest', 'unknown', 'rest'];
    for (const { state } of [anna, ben]) {
      expect(contextsOf(state, 125, 119, 90, 89, 40, 19)).toEqual(expected);
      expect(contextsOf(restoreState(storeState(state)), 125, 119, 90, 89, 40, 19)).toEqual(expected);
    }
  });

  it('was active in the first of two workouts, in whatever order these came', () => {
    const workout = (from: number, to: number): EventOptions => ({
      ...watch,
      type: 'workout',
      readings: [
        {
          metric: 'workout_duration',
          value: 60,
          unit: 's',
          start: new Date(noon - from * minute).toISOString(),
          end: new Date(noon - to * minute).toISOString(),
        },
      ],
    });
    const [first, second] = [workout(150, 120), workout(60, 40)];
    for (const order of [
      [first, second],
      [second, first],
    ]) {
      const anna = createPerson();
      for (const one of order) anna.reports({}, one);
      expect(contextsOf(anna.state, 155, 140, 95, 85, 50, 5)).toEqual([
        'rest',
        'active',
        'active',
        'rest',
        'active',
        'rest',
      ]);
    }
  });
});

describe('a state that was stored before several exertions were kept', () => {
  const { state } = createPerson().reports({ heart_rate: 150 }, { ...watch, ago: 20 * minute });
  const older = (exertion: number) => {
    const list = JSON.parse(storeState(state)) as unknown[];
    return JSON.stringify(list.with(12, exertion));
  };

  it('has the last one', () => {
    expect(restoreState(older(20 * minute + 1)).exertions).toEqual(state.exertions);
    expect(restoreState(older(0)).exertions).toEqual([]);
  });

  it('has it as plain JSON, too', () => {
    const { exertions, ...others } = state;
    const plain = (exertion: number) => restoreState({ ...others, exertion });
    expect(plain(noon - 20 * minute)).toEqual({ ...others, exertions });
    expect(plain(0).exertions).toEqual([]);
  });
});
