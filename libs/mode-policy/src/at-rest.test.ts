import { describe, expect, it } from 'vitest';
import { createPerson, hour, localTime, minute, noon, type EventOptions } from '../test/policy-story.ts';

const fast = { heart_rate: 120 };
/** A workout that ended so long before now. */
const workout = (endedAgo: number, lasted = 30 * minute, type = 'workout'): EventOptions => ({
  type,
  ago: endedAgo,
  over: lasted,
  object: 'run',
});

describe('a context', () => {
  it.each([
    ['sleep', { type: 'sleep' }, 'reflex'],
    ['nothing special', {}, 'reflex'],
    ['a workout', { type: 'workout' }, 'pattern'],
    ['an activity', { type: 'activity' }, 'pattern'],
    ['a workout, but the reading says rest', { type: 'workout', context: 'rest' }, 'reflex'],
    ['sleep, but the reading says active', { type: 'sleep', context: 'active' }, 'pattern'],
  ] as [string, EventOptions, string][])('comes from %s', (_, options, mode) => {
    expect(createPerson().reports(fast, options).mode).toBe(mode);
  });

  it('is not active in a summary of the day, which is recognised by its length or a daily score', () => {
    expect(createPerson().reports(fast, { type: 'activity', context: 'unknown' }).mode).toBe('pattern');
    expect(createPerson().reports({ ...fast, activity_score: 80 }, { type: 'activity' }).mode).toBe('reflex');
    const lasting = (over: number) =>
      createPerson().reports({ steps: 9000 }, { type: 'activity', over }).reports(fast).mode;
    expect(lasting(12 * hour)).toBe('reflex');
    expect(lasting(12 * hour - 1)).toBe('pattern');
  });

  it('active hides a reading from RMSSD and stress rules; unknown during a workout does not', () => {
    const tense = { hrv_rmssd: 20, readiness_score: 50 };
    expect(createPerson().reports(tense, { context: 'active' }).mode).toBe('pattern');
    expect(createPerson().reports({ steps: 1 }, workout(0)).reports(tense).mode).toBe('reflex');
  });
});

describe('an unknown context is rest unless an activity covers it', () => {
  it.each([
    ['during', 0, 'pattern'],
    ['29 minutes after it', 30 * minute - 1, 'pattern'],
    ['30 minutes after it', 30 * minute, 'reflex'],
  ])('%s', (_, ago, mode) => {
    expect(createPerson().reports({ distance: 5000 }, workout(ago)).reports(fast).mode).toBe(mode);
  });

  it('the time before it began was rest', () => {
    expect(
      createPerson()
        .reports({ distance: 1 }, workout(0, minute))
        .reports(fast, { ago: 2 * minute }).mode,
    ).toBe('reflex');
  });

  it('a reading with context rest still counts as rest', () => {
    expect(createPerson().reports({ distance: 1 }, workout(0)).reports(fast, { context: 'rest' }).mode).toBe(
      'reflex',
    );
  });

  it('an activity without an interval is the moment of its timestamp', () => {
    expect(createPerson().reports({ steps: 1 }, { type: 'workout' }).reports(fast).mode).toBe('pattern');
    expect(createPerson().reports({ steps: 1 }, { type: 'workout', ago: hour }).reports(fast).mode).toBe(
      'reflex',
    );
  });

  it('a workout that arrives later retracts the pulse that it explains', () => {
    const anna = createPerson()
      .reports(fast)
      .later(6 * minute)
      .reports({ distance: 1 }, workout(6 * minute));
    expect(anna.switches).toEqual(['none → reflex: high_pulse', 'reflex → pattern: withdrawn']);
  });

  it('deleting the workout restores the pulse, which holds but does not fire', () => {
    const anna = createPerson()
      .reports({ distance: 1 }, workout(0))
      .reports(fast)
      .later(minute)
      .reports({}, { object: 'run', version: 1, operation: 'delete' });
    expect(anna.state.activities).toEqual([]);
    expect(anna.mode).toBe('pattern');
    expect(anna.reports({ heart_rate: 119 }, { ago: 2 * minute }).mode).toBe('pattern'); // late
    expect(anna.reports({ heart_rate: 119 }).mode).toBe('reflex');
  });

  it('a late reading stays late even if an activity distinguishes its context', () => {
    const anna = createPerson().reports({ distance: 1 }, workout(0, minute)).reports(fast);
    expect(anna.reports(fast, { ago: 2 * minute }).mode).toBe('pattern');
    const other = createPerson().reports({ distance: 1 }, workout(0, minute));
    expect(other.reports({ heart_rate: 70 }, { ago: -minute }).reports(fast).mode).toBe('pattern');
  });

  it('old activities are forgotten; of many, those that ended last are kept', () => {
    const anna = createPerson().reports({ distance: 1 }, workout(2 * hour));
    expect(anna.state.activities).toEqual([]);
    for (let one = 0; one < 10; one += 1) {
      anna.reports({ distance: 1 }, { type: 'activity', object: `a${one}`, ago: one * minute });
    }
    expect(anna.state.activities.map(([, to]) => noon - to)).toEqual([0, 1, 2, 3].map((one) => one * minute));
  });

  it('an activity lasts from the first start to the last end of its readings', () => {
    const at = (ago: number) => localTime(noon - ago);
    const readings = [
      { metric: 'distance', value: 1, unit: 'm', start: at(50 * minute), end: at(45 * minute) },
      { metric: 'distance', value: 1, unit: 'm', end: at(40 * minute) },
      { metric: 'distance', value: 1, unit: 'm', start: at(70 * minute), end: 'broken' },
    ];
    const anna = createPerson().reports({}, { type: 'workout', readings });
    expect(anna.state.activities.map(([from, to]) => [noon - from, noon - to])).toEqual([
      [70 * minute, 40 * minute],
    ]);
  });
});
