import { describe, expect, it } from 'vitest';
import {
  createPerson,
  day,
  eventOf,
  givenRules,
  hour,
  minute,
  night,
  noon,
  rules,
  second,
  type EventOptions,
} from '../test/policy-story.ts';
import { compose } from './compose.ts';
import { decide } from './decide.ts';
import { explainEvent } from './explain-event.ts';
import { nothingKnown } from './known-events.ts';
import { metricBitsOf } from './metric-bits.ts';
import { eventsToLoad } from './required-history.ts';
import { signalsOf } from './signals.ts';
import { restoreState, storeState } from './state-format.ts';

// Rare cases.

const rest: EventOptions = { context: 'rest', source: 'apple', device: 'watch' };
const strap: EventOptions = { ...rest, device: 'strap' };
const at = (ago: number) => new Date(noon - ago).toISOString();

describe('signals', () => {
  it('of an event are taken in order of measured time', () => {
    const reading = (value: number, ago: number) => ({
      metric: 'heart_rate',
      value,
      unit: '/min',
      end: at(ago),
      context: 'rest' as const,
    });
    const event = eventOf(
      noon,
      {},
      { readings: [reading(120, 0), reading(121, 2 * minute), reading(122, minute)] },
    );
    expect(signalsOf(event, rules).all.map(({ value }) => value)).toEqual([121, 122, 120]);
    expect(createPerson().receives(event).open).toEqual(['pulse_high warning']);
  });

  it.each<[string, EventOptions, boolean]>([
    ['a mean asleep without a time', { context: 'sleep', statistic: 'average' }, true],
    ['the only reading of a sleep event', { type: 'sleep' }, true],
    ['the only reading of another event', { context: 'sleep' }, false],
    ['an hour asleep', { context: 'sleep', over: hour }, true],
    ['less than an hour asleep', { context: 'sleep', over: hour - second }, false],
    ['a recovery', { type: 'recovery', over: minute }, true],
  ])("a night's value: %s", (_, options, isNight) => {
    const [signal] = signalsOf(eventOf(noon, { hrv_rmssd: 50 }, options), rules).all;
    expect(signal?.slot).toBe(isNight ? 'rmssd_night' : 'rmssd_live');
  });

  it('one of two of its metric in a sleep event is none; one beside a lowest or another metric is', () => {
    const reading = (value: number, metric = 'heart_rate') => ({ metric, value, unit: '/min' });
    const slots = (...readings: ReturnType<typeof reading>[]) =>
      signalsOf(eventOf(noon, {}, { type: 'sleep', readings }), rules).all.map(({ slot }) => slot);
    expect(slots(reading(50), reading(60))).toEqual([undefined, undefined]);
    const lowest = { ...reading(45), statistic: 'minimum' as const };
    expect(slots(reading(50), lowest as never, reading(14, 'respiratory_rate'))).toEqual([
      'pulse_night',
      'pulse_lowest',
      'respiration_night',
    ]);
    const timed = { ...reading(50), end: at(0) };
    expect(slots(timed as never)).toEqual([undefined]);
  });

  it('bits name what an event may contain', () => {
    expect(metricBitsOf(eventOf(noon, { weight: 70 }))).toBe(0);
    expect(metricBitsOf(eventOf(noon, { heart_rate: 70 }, { type: 'recovery' }))).toBe(1 + 2 ** 12);
  });

  it('an arrival without a time is decided at the time of the decision before', () => {
    const anna = createPerson().reports({ stress_level: 0.2 });
    anna.receives({ ...eventOf(noon, { stress_level: 0.9 }), received_at: 'never' });
    expect([anna.mode, anna.state.now]).toEqual(['pattern', noon]);
    expect(createPerson().receives({ ...eventOf(noon, {}), received_at: 'never' }).state.now).toBe(0);
  });
});

describe('order of arrival', () => {
  it('a reading that was measured before the last that fired ends nothing', () => {
    const anna = createPerson()
      .reports({ body_temperature: 39.5 })
      .reports({ body_temperature: 37 }, { device: 'b', ago: minute });
    expect(anna.open).toEqual(['temperature warning']);
    const ben = createPerson()
      .repeats(2, minute, { heart_rate: 120 }, rest)
      .reports({ heart_rate: 70 }, { ...strap, ago: 5 * minute, over: minute, statistic: 'average' });
    expect(ben.open).toEqual(['pulse_high warning']);
  });

  it('one that says that it is not over and was measured before the leaving began does not undo it', () => {
    const anna = createPerson()
      .repeats(2, minute, { heart_rate: 120 }, rest)
      .later(5 * minute)
      .reports({ heart_rate: 80 }, rest);
    anna
      .reports({ heart_rate: 95 }, { ...strap, ago: 3 * minute })
      .later(2 * minute)
      .reports({ heart_rate: 80 }, rest);
    expect(anna.open).toEqual([]);
  });

  it('a temperature of another device that is older is judged when it comes', () => {
    const anna = createPerson()
      .reports({ body_temperature: 37 })
      .reports({ body_temperature: 41 }, { device: 'b', ago: minute });
    expect(anna.open).toEqual(['temperature critical']);
    anna.reports({ stress_level: 0.1 }).later(minute).reports({}, { type: 'workout', over: minute });
    expect(anna.open).toEqual(['temperature critical']);
  });

  it('late is of the same context', () => {
    const anna = createPerson().reports({ heart_rate: 60 }, rest).later(-minute);
    anna
      .reports({ heart_rate: 120 }, { ...rest, context: 'sleep' })
      .later(-minute)
      .reports({ heart_rate: 120 }, { ...rest, context: 'sleep' });
    expect(anna.state.windows[0]?.[2]).toHaveLength(9);
  });

  it('the newest of many readings are kept', () => {
    const anna = createPerson().repeats(20, 6 * second, { heart_rate: 60 }, rest);
    expect(anna.state.windows[0]?.[2]).toHaveLength(36);
  });

  it('the window of the device that was silent longest is dropped', () => {
    const anna = createPerson();
    for (const ago of [5, 9, 1, 8, 7, 2, 3, 4, 0])
      anna.reports({ heart_rate: 60 }, { source: `s${ago % 3}`, device: `d${ago}`, ago: ago * second });
    expect(anna.state.windows.length).toBeLessThanOrEqual(8);
  });

  it('of too many entries the oldest is dropped', () => {
    const anna = createPerson();
    const all = {
      readiness_score: 70,
      sleep_score: 70,
      strain: 10,
      skin_temp: 33,
      skin_temp_deviation: 0,
      resting_heart_rate: 60,
    };
    for (let nr = 0; nr < 8; nr += 1)
      anna.reports(all, { source: 's', device: `d${nr}`, ago: ((nr * 5) % 8) * minute });
    expect(anna.state.newest).toHaveLength(36);
  });

  it('a late activity of the same end is kept in one order', () => {
    const workout = (object: string): EventOptions => ({ type: 'workout', over: minute, object });
    const run = (...objects: string[]) =>
      objects.reduce(
        (anna, object) => anna.reports({ workout_duration: 60 }, workout(object)),
        createPerson(),
      );
    expect(run('a', 'b', 'c').state.activities).toEqual(run('c', 'a', 'b').state.activities);
  });

  it('steps at one moment count in full', () => {
    const anna = createPerson();
    for (let one = 0; one < 2; one += 1) anna.reports({ steps: 150 }, { ...rest, statistic: 'sum', over: 0 });
    anna.reports(
      { heart_rate: 120 },
      { ...rest, context: 'unknown', motion: 'sedentary', over: minute, statistic: 'average' },
    );
    expect(anna.open).toEqual([]);
  });
});

describe('withdrawal', () => {
  it('by deleting the reading that fired', () => {
    const anna = createPerson()
      .reports({ heart_rate: 120 }, rest)
      .later(minute)
      .reports({ heart_rate: 120 }, { ...rest, object: 'o' });
    anna.later(minute).reports({}, { ...rest, object: 'o', version: 1, operation: 'delete' });
    expect(anna.alerts.at(-1)).toBe('pulse_high resolved withdrawn');
  });

  it('of what no rule sees, or what is no longer there, changes nothing', () => {
    const anna = createPerson()
      .reports({ hrv_sdnn: 50 }, { object: 'o' })
      .reports({ heart_rate: 70 }, { ...rest, object: 'p', ago: 40 * minute });
    anna.repeats(2, minute, { heart_rate: 120 }, rest);
    anna
      .reports({}, { object: 'o', version: 1, operation: 'delete' })
      .reports({}, { ...rest, object: 'p', version: 1, operation: 'delete' });
    expect(anna.open).toEqual(['pulse_high warning']);
    const ben = createPerson().reports({ heart_rate: 70 }, { ...rest, object: 'p' });
    for (let nr = 0; nr < 7; nr += 1)
      ben.later(second).reports({ heart_rate: 70, spo2: 97 }, { ...rest, device: `d${nr}` });
    ben.reports({}, { ...rest, object: 'p', version: 1, operation: 'delete' });
    expect(ben.mode).toBe('pattern');
  });

  it('brings the newest of several others to light', () => {
    const anna = createPerson();
    for (const stress_level of [0.1, 0.3, 0.2])
      anna.reports({ stress_level, heart_rate: 60 }, { ago: 5 * minute, context: 'rest' });
    anna
      .reports({ stress_level: 0.4 }, { object: 'o', context: 'rest' })
      .reports({}, { object: 'o', version: 1, operation: 'delete' });
    expect(anna.state.newest).toHaveLength(1);
  });
});

describe('the rest', () => {
  it('the sentences of an upgrade, and of a question beside a rule', () => {
    const older = restoreState({ format: 2, mode: 'reflex', seq: 1, now: noon, alert: 'a'.repeat(32) });
    const [decision] = decide(older, { kind: 'upgrade', userId: 'anna', due: noon, events: [] }, rules);
    if (decision === undefined) throw new Error('an upgrade is a decision');
    expect(compose(decision, rules).transition?.summary).toBe('The rules have changed.');
    const wary = givenRules({ 'rules.stress_high.contrary': [{ metric: 'sleep_score', above: 90 }] });
    const anna = createPerson({ rules: wary }).reports({ sleep_score: 95 }).reports({ stress_level: 0.9 });
    expect(compose(anna.last, wary).insights.map(({ summary }) => summary)).toEqual([
      'A question: Another value speaks against it. Does the sensor sit well, and how do you feel?',
    ]);
  });

  it('a lane after a long gap, and one whose newest day was deleted', () => {
    const anna = createPerson()
      .reports({ skin_temp: 33 })
      .later(60 * day)
      .reports({ skin_temp: 34 }, { object: 'o' });
    anna.reports({}, { object: 'o', version: 1, operation: 'delete' }).later(day).reports({ skin_temp: 35 });
    expect(anna.state.lanes[0]?.[2][1]).toMatch(/^(!!)+$/);
    anna
      .reports({ skin_temp: 35 }, { object: 'p', ago: -day })
      .reports({}, { object: 'p', version: 1, operation: 'delete' });
    const steps: EventOptions = { type: 'activity', over: day };
    const ben = createPerson().reports({ steps: 1_000 }, { ...steps, ago: 12 * hour });
    ben
      .reports({ steps: 1_000 }, { ...steps, ago: 3.5 * day })
      .reports({ steps: 9 }, { ...steps, ago: 2.5 * day })
      .reports({ steps: 1_000 }, { ...steps, ago: 80 * day });
    expect(ben.state.lanes).toHaveLength(1);
  });

  it('two contexts of one time are stored in one order', () => {
    const anna = createPerson();
    for (const context of ['rest', 'sleep'] as const)
      anna.reports({ stress_level: 0.2 }, { context, over: minute });
    expect(restoreState(storeState(anna.state)).newest).toEqual(anna.state.newest);
  });

  it('a total of an afternoon long ago is none', () => {
    const anna = createPerson();
    for (const ago of [0.5, 1.5, 2.5])
      anna.reports({ steps: 1_000 }, { type: 'activity', over: day, ago: ago * day });
    const tomorrow: EventOptions = { type: 'activity', over: day, ago: -12 * hour };
    anna
      .reports({ steps: 10 }, tomorrow)
      .reports({ steps: 20 }, { ...tomorrow, object: 'o' })
      .reports({ steps: 30 }, { ...tomorrow, object: 'o', version: 1 });
    expect(anna.state.stepDays.some(([, , total]) => total === 30)).toBe(true);
  });

  it('the history of steps that a batch needs', () => {
    const total = (ago: number) => eventOf(noon, { steps: 5_000 }, { type: 'activity', over: day, ago });
    const anna = createPerson();
    for (const ago of [4.5, 3.5, 2.5, 1.5, 0.5]) anna.receives(total(ago * day));
    expect(eventsToLoad(anna.state, [total(0.5 * day)], nothingKnown, rules)).toEqual([]);
    expect(eventsToLoad(anna.state, [total(4.5 * day)], nothingKnown, rules)).toHaveLength(1);
  });

  it('an RMSSD of 1 ms every night varies by nothing', () => {
    expect(createPerson().lived(12, { hrv_rmssd: 1 }, night).insights).not.toContain('weekly_cv');
  });

  it('an answer is forgotten after some hours', () => {
    const anna = createPerson()
      .repeats(4, 15 * minute, { heart_rate: 125 }, { source: 'apple' })
      .answers('pulse_unexplained', 'at_rest');
    expect(anna.state.restUntil).not.toBeNull();
    expect(anna.later(7 * hour).reports({ sleep_score: 70 }).state.restUntil).toBeNull();
  });

  it('a question whose limit is no longer known is judged by its reading alone', () => {
    const child = createPerson().lived(10, { heart_rate: 80 }, rest).is({ birth_year: 2018 }).fromNow();
    child.repeats(4, 15 * minute, { heart_rate: 140 }, { source: 'apple', device: 'watch' });
    const alert_id = child.state.alerts[0]?.id ?? '';
    const ben = createPerson({ state: { ...child.state, lanes: [] }, now: child.now });
    ben.reports({}, { type: 'answer', source: 'manual', answer: { alert_id, answer: 'unwell' } });
    expect(ben.open).toEqual(['pulse_high warning']);
  });

  it('a night that nobody can see any more ends the watch only below its threshold', () => {
    const well = { hrv_rmssd: 50, heart_rate: 55, respiratory_rate: 14 };
    const ill = { hrv_rmssd: 40, heart_rate: 60, respiratory_rate: 15.5 };
    const anna = createPerson().lived(40, well, night).fromNow();
    anna
      .reports(ill, night)
      .later(day)
      .reports(ill, night)
      .waits(2 * day);
    anna.reports(well, { ...night, ago: 40 * hour, source: 'oura' });
    expect(anna.open).toContain('illness_watch warning unconfirmed');
    for (const ago of [39, 38, 37]) anna.reports({ ...well, heart_rate: 40 }, { ...night, ago: ago * hour });
    expect(anna.mode).toBe('pattern');
  });

  it('a profile can be explained', () => {
    const event = eventOf(noon, {}, { type: 'profile', source: 'manual', profile: { birth_year: 1980 } });
    const command = { kind: 'event', event, signals: signalsOf(event, rules) } as const;
    expect(explainEvent(createPerson().state, command, rules).signals).toEqual([]);
  });
});
