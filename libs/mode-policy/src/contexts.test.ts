import { describe, expect, it } from 'vitest';
import { createPerson, hour, minute, noon, second, type EventOptions } from '../test/policy-story.ts';

const watch: EventOptions = { source: 'apple', device: 'watch' };
const high = { heart_rate: 120 };

const interval = (from: number, to: number) => ({
  start: new Date(from).toISOString(),
  end: new Date(to).toISOString(),
});

/** A workout that lasted from and to so long ago. */
const workout = (now: number, from: number, to: number): EventOptions => ({
  ...watch,
  type: 'workout',
  readings: [{ metric: 'workout_duration', value: 60, unit: 's', ...interval(now - from, now - to) }],
});

describe('a pulse of unknown context is at rest', () => {
  it.each<[string, EventOptions, string[]]>([
    ['when the device says sedentary', { ...watch, motion: 'sedentary' }, ['pulse_high warning']],
    ['not when it says active', { ...watch, motion: 'active' }, []],
    ['not when it says nothing', watch, []],
    ['not when it says that the context is unknown', { ...watch, context: 'unknown' }, []],
    ['when it is entered by hand', { source: 'manual' }, ['pulse_high warning']],
  ])('%s', (_, options, open) => {
    expect(createPerson().repeats(2, minute, high, options).open).toEqual(open);
  });

  it('when the same event carries RMSSD or stress', () => {
    expect(createPerson().repeats(2, minute, { ...high, stress_level: 0.2 }, watch).open).toEqual([
      'pulse_high warning',
    ]);
    expect(createPerson().repeats(2, minute, { ...high, hrv_rmssd: 50 }, watch).open).toEqual([
      'pulse_high warning',
    ]);
  });

  it.each<[string, number, string[]]>([
    ['ended 29 min before', 29, []],
    ['ended 31 min before', 31, ['pulse_high warning']],
  ])('not when a workout %s', (_, ago, open) => {
    const anna = createPerson();
    anna.reports({}, workout(anna.now, (ago + 20) * minute, ago * minute));
    expect(anna.repeats(2, 30 * second, high, { ...watch, motion: 'sedentary' }).open).toEqual(open);
  });

  it.each<[number, string[]]>([
    [199, ['pulse_high warning']],
    [200, []],
  ])('not with %s steps in the 10 minutes before it', (steps, open) => {
    const anna = createPerson().reports({ steps }, { ...watch, statistic: 'sum', over: 10 * minute });
    anna.reports({ heart_rate: 120 }, { ...watch, motion: 'sedentary', over: minute, statistic: 'average' });
    expect(anna.open).toEqual(open);
  });

  it("an interval's steps are spread evenly; two sources are not added", () => {
    const spread = createPerson().reports({ steps: 390 }, { ...watch, statistic: 'sum', over: 20 * minute });
    expect(spread.repeats(2, 30 * second, high, { ...watch, motion: 'sedentary' }).open).toEqual([
      'pulse_high warning',
    ]);
    const two = createPerson();
    for (const from of ['apple', 'oura'])
      two.reports({ steps: 120 }, { source: from, statistic: 'sum', over: 10 * minute });
    expect(two.repeats(2, 30 * second, high, { ...watch, motion: 'sedentary' }).open).toEqual([
      'pulse_high warning',
    ]);
  });

  it('many short intervals of steps count like a long one', () => {
    const anna = createPerson();
    for (let one = 0; one < 20; one += 1)
      anna.reports({ steps: 25 }, { ...watch, statistic: 'sum', over: minute }).later(minute);
    expect(anna.repeats(2, 30 * second, high, { ...watch, motion: 'sedentary' }).open).toEqual([]);
    expect(anna.state.steps.length).toBeLessThanOrEqual(8);
  });

  it.each<[string, number, string[]]>([
    ['29 min', 29 * minute, []],
    ['31 min', 31 * minute, ['pulse_high warning']],
  ])('not %s after a pulse that tells of exertion', (_, after, open) => {
    const anna = createPerson().reports({ heart_rate: 150 }, watch).later(after);
    expect(anna.repeats(2, 30 * second, high, { ...watch, motion: 'sedentary' }).open).toEqual(open);
  });

  it('a sedentary pulse above T + 10 tells of no exertion', () => {
    const anna = createPerson().repeats(2, minute, { heart_rate: 150 }, { ...watch, motion: 'sedentary' });
    expect(anna.open).toEqual(['pulse_high critical']);
  });
});

describe('what arrives later', () => {
  it('a workout that covers the reading withdraws the alarm, and ends the stay at once', () => {
    const anna = createPerson()
      .repeats(2, minute, high, { ...watch, motion: 'sedentary' })
      .later(minute);
    expect(anna.mode).toBe('reflex');
    anna.reports({}, workout(anna.now, 10 * minute, 0));
    expect(anna.switches.at(-1)).toBe('reflex → pattern: withdrawn');
    expect(anna.alerts.at(-1)).toBe('pulse_high resolved withdrawn');
  });

  it('does not judge a context that was reported', () => {
    const anna = createPerson()
      .repeats(2, minute, high, { ...watch, context: 'rest' })
      .later(minute);
    anna.reports({}, workout(anna.now, 10 * minute, 0));
    expect(anna.mode).toBe('reflex');
  });

  it('motion that contradicts a reported context does not count', () => {
    const moving: EventOptions = { ...watch, context: 'rest', motion: 'active' };
    expect(createPerson().repeats(2, minute, high, moving).open).toEqual(['pulse_high warning']);
    const still: EventOptions = { ...watch, context: 'active', motion: 'sedentary' };
    expect(createPerson().repeats(2, minute, high, still).open).toEqual([]);
    const asleep: EventOptions = { ...watch, context: 'sleep', motion: 'active' };
    expect(createPerson().repeats(2, minute, high, asleep).open).toEqual(['pulse_high warning']);
  });

  it('a workout, or many steps, count more than a device that says sedentary', () => {
    const still: EventOptions = { ...watch, motion: 'sedentary' };
    const anna = createPerson();
    anna.reports({}, workout(anna.now, 20 * minute, 0));
    expect(anna.repeats(2, minute, high, still).open).toEqual([]);
    const walking: EventOptions = { ...watch, statistic: 'sum', over: 10 * minute };
    const ben = createPerson().reports({ steps: 400 }, walking);
    expect(ben.repeats(2, 30 * second, high, still).open).toEqual([]);
    const cleo = createPerson().repeats(2, minute, high, still);
    expect(cleo.open).toEqual(['pulse_high warning']);
    cleo.reports({}, workout(cleo.now, 20 * minute, 0));
    expect(cleo.alerts.at(-1)).toBe('pulse_high resolved withdrawn');
  });

  it('a device that moves while no steps are counted is active', () => {
    const anna = createPerson().reports({ steps: 0 }, { ...watch, statistic: 'sum', over: 10 * minute });
    expect(anna.repeats(2, minute, high, { ...watch, motion: 'active' }).open).toEqual([]);
  });

  it('a workout that is deleted brings its fresh readings to rest again', () => {
    const anna = createPerson();
    anna.reports({}, { ...workout(anna.now, 5 * minute, 0), object: 'run', version: 0 });
    anna.repeats(2, minute, high, { ...watch, motion: 'sedentary' });
    expect(anna.open).toEqual([]);
    anna
      .later(minute)
      .reports({}, { ...watch, type: 'workout', object: 'run', version: 1, operation: 'delete' });
    expect(anna.open).toEqual(['pulse_high warning']);
  });

  it('a workout that is corrected still tells of its exertion', () => {
    const anna = createPerson();
    const run = { ...workout(anna.now, 5 * minute, 0), object: 'run' };
    anna.reports({}, { ...run, version: 0 }).repeats(2, minute, high, watch);
    const { exertions } = anna.state;
    expect(exertions).toEqual([[noon, noon + minute]]);
    expect(anna.reports({}, { ...run, version: 1 }).state.exertions).toEqual(exertions);
  });

  it('steps that are corrected count once', () => {
    const counted: EventOptions = { ...watch, statistic: 'sum', over: 10 * minute, object: 'steps' };
    const anna = createPerson().reports({ steps: 400 }, { ...counted, version: 0 });
    anna.reports({ steps: 10 }, { ...counted, version: 1 });
    expect(anna.repeats(2, 30 * second, high, { ...watch, motion: 'sedentary' }).open).toEqual([
      'pulse_high warning',
    ]);
  });

  it('an activity that ended long ago is forgotten', () => {
    const anna = createPerson();
    anna.reports({}, workout(anna.now, 10 * hour, 9 * hour));
    expect(anna.state.activities).toEqual([]);
  });

  it("a day's summary is no activity", () => {
    const anna = createPerson().reports({ activity_score: 80, steps: 9_000 }, { type: 'activity' });
    anna.reports({ steps: 9_000 }, { type: 'activity', over: 24 * hour, statistic: 'sum' });
    expect(anna.state.activities).toEqual([]);
    anna.reports({ active_energy: 300 }, { type: 'activity' });
    expect(anna.state.activities).toHaveLength(1);
  });

  it('of many activities those that ended last are kept', () => {
    const anna = createPerson();
    for (let one = 8; one > 0; one -= 1)
      anna.reports({}, workout(anna.now, (one + 1) * minute, one * minute));
    expect(anna.state.activities).toHaveLength(6);
    expect(anna.state.activities[0]?.[1]).toBe(noon - minute);
  });
});
