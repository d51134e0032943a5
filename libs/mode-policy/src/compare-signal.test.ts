import { describe, expect, it } from 'vitest';
import {
  createPerson,
  day,
  eventOf,
  hour,
  minute,
  night,
  rules,
  second,
  type EventOptions,
  type Values,
} from '../test/policy-story.ts';
import type { Comparison } from './compare-signal.ts';
import { describeSignals, explainEvent } from './explain-event.ts';
import type { RuleName } from './rule-names.ts';
import { signalsOf } from './signals.ts';
import { slotBit, slots, vitalBit, vitals, type Slot, type Vital } from './slots.ts';

type Person = ReturnType<typeof createPerson>;

const rest: EventOptions = { context: 'rest', source: 'apple', device: 'watch' };
const lowest: EventOptions = { ...night, statistic: 'minimum' };
const waking: EventOptions = { source: 'apple', over: 20 * hour };

function explained(person: Person, values: Values, options: EventOptions) {
  const event = eventOf(person.now, values, options);
  return explainEvent(person.state, { kind: 'event', event, signals: signalsOf(event, rules) }, rules);
}

function comparisons(person: Person, values: Values, options: EventOptions): readonly Comparison[] {
  return explained(person, values, options).signals[0]?.comparisons ?? [];
}

const known = (values: Values, options: EventOptions, days = 50) =>
  createPerson().lived(days, values, options).later(day);

/** Two sources of every night. */
const twoSources = (values: Values, own: EventOptions = night) => {
  const person = createPerson({ now: createPerson().now - 20 * day });
  for (let one = 0; one < 20; one += 1) {
    person
      .reports(values, own)
      .reports(values, { ...own, source: 'whoop' })
      .later(day);
  }
  return person.reports(values, { ...own, source: 'whoop' });
};

const unknown: EventOptions = { source: 'apple', device: 'watch' };

/** For each slot and live vital sign stories in which the rules that look at it have something to compare. */
const stories: Readonly<
  Record<Slot | Vital, readonly (readonly [person: () => Person, values: Values, options: EventOptions])[]>
> = {
  heart_rate: [
    [
      () =>
        createPerson()
          .repeats(6, 10 * second, { heart_rate: 70 }, rest)
          .reports({ heart_rate: 72 }, { ...rest, device: 'strap' })
          .later(5 * second),
      { heart_rate: 95 },
      rest,
    ],
    [() => createPerson(), { heart_rate: 150 }, unknown],
  ],
  spo2: [[() => createPerson().reports({ spo2: 97 }, { ...rest, device: 'ring' }), { spo2: 90 }, rest]],
  respiratory_rate: [[() => createPerson(), { respiratory_rate: 14 }, rest]],
  pulse_night: [
    [() => known({ heart_rate: 55 }, night), { heart_rate: 70 }, night],
    [() => createPerson(), { heart_rate: 70 }, night],
    [() => twoSources({ heart_rate: 55 }), { heart_rate: 70 }, night],
  ],
  pulse_lowest: [
    [() => known({ heart_rate: 48 }, lowest), { heart_rate: 55 }, lowest],
    [() => twoSources({ heart_rate: 48 }, lowest), { heart_rate: 55 }, lowest],
  ],
  spo2_night: [
    [() => known({ spo2: 96 }, night), { spo2: 90 }, night],
    [() => twoSources({ spo2: 96 }), { spo2: 90 }, night],
  ],
  respiration_night: [
    [() => known({ respiratory_rate: 14 }, night), { respiratory_rate: 17 }, night],
    [() => twoSources({ respiratory_rate: 14 }), { respiratory_rate: 17 }, night],
  ],
  rmssd_night: [
    [() => known({ hrv_rmssd: 50 }, night), { hrv_rmssd: 40 }, night],
    [() => createPerson(), { hrv_rmssd: 40 }, night],
    [() => twoSources({ hrv_rmssd: 50 }), { hrv_rmssd: 40 }, night],
  ],
  resting_night: [
    [() => known({ resting_heart_rate: 50 }, night), { resting_heart_rate: 56 }, night],
    [() => twoSources({ resting_heart_rate: 50 }), { resting_heart_rate: 56 }, night],
  ],
  resting_day: [[() => known({ resting_heart_rate: 50 }, waking), { resting_heart_rate: 56 }, waking]],
  rmssd_live: [
    [() => known({ hrv_rmssd: 50 }, rest), { hrv_rmssd: 40 }, rest],
    [() => createPerson(), { hrv_rmssd: 40 }, rest],
  ],
  stress: [[() => createPerson(), { stress_level: 0.8 }, rest]],
  body_temperature: [[() => createPerson(), { body_temperature: 39 }, rest]],
  readiness: [[() => createPerson(), { readiness_score: 66 }, {}]],
  recovery: [[() => createPerson(), { recovery_score: 30 }, {}]],
  sleep_score: [[() => createPerson(), { sleep_score: 60 }, {}]],
  strain: [[() => createPerson(), { strain: 18 }, {}]],
  skin_temp: [[() => known({ skin_temp: 35 }, night), { skin_temp: 36 }, night]],
  skin_deviation: [[() => known({ skin_temp_deviation: 0 }, night), { skin_temp_deviation: 1 }, night]],
};

describe('every rule that looks at a signal is named with what it compares', () => {
  it.each([...slots, ...vitals])('%s', (place) => {
    const bit = slots.some((one) => one === place) ? slotBit(place as Slot) : vitalBit(place as Vital);
    const looking = new Set<string>(
      rules.units.filter(({ inputs }) => (inputs & bit) !== 0).map(({ rule }) => rule),
    );
    const all = stories[place].flatMap(([person, values, options]) => {
      const event = explained(person(), values, options);
      expect(event.signals.map(({ fate }) => fate)).not.toContain('late');
      return event.signals[0]?.comparisons ?? [];
    });
    const named = new Set(all.map(({ rule }) => rule.split('.')[0]));
    expect([...looking].filter((rule) => !named.has(rule as RuleName))).toEqual([]);
    for (const { threshold, beyond, z } of all) {
      expect(threshold ?? z).toBeTypeOf('number');
      expect(threshold === undefined).toBe(beyond === undefined);
    }
  });
});

describe('thresholds and distances', () => {
  it.each<[string, () => Person, Values, EventOptions, string]>([
    ['oxygen of a night', () => createPerson(), { spo2: 90 }, night, 'spo2_low threshold 89, 1 short of it'],
    [
      'pulse of a night',
      () => createPerson(),
      { heart_rate: 70 },
      night,
      'pulse_high threshold 100, 30 short',
    ],
    [
      'the threshold of its level',
      () => createPerson(),
      { heart_rate: 140 },
      rest,
      'pulse_high threshold 131, 9 beyond it',
    ],
    [
      'respiration of a night',
      () => createPerson(),
      { respiratory_rate: 26 },
      night,
      'respiration threshold 25, 1 beyond it',
    ],
    [
      'a fever that is none yet',
      () => createPerson(),
      { body_temperature: 39 },
      rest,
      'temperature.low threshold 35, 4 short of it; temperature.fever threshold 39.1, 0.1 short of it; temperature.high threshold 40.5, 1.5 short of it; news2_partial points 1',
    ],
    [
      'an oxygen saturation of unknown context',
      () => createPerson(),
      { spo2: 88 },
      unknown,
      'spo2_low threshold 91, 3 beyond it, asks for rest',
    ],
    [
      'stress',
      () => createPerson(),
      { stress_level: 0.8 },
      rest,
      'two_of_three threshold 0.7, 0.1 beyond it',
    ],
    [
      'readiness',
      () => createPerson(),
      { readiness_score: 66 },
      {},
      'stress_overload threshold 70, 4 beyond it',
    ],
    ['recovery', () => createPerson(), { recovery_score: 30 }, {}, 'recovery_low threshold 34, 4 beyond it'],
    [
      'a pulse of unknown context',
      () => createPerson(),
      { heart_rate: 130 },
      unknown,
      'pulse_unexplained threshold 110, 20 beyond it',
    ],
    [
      'a skin temperature',
      () => known({ skin_temp: 35 }, night),
      { skin_temp: 36 },
      night,
      'illness_watch usually 35 ± 0.15 over 42 days, z 6.67; usual usually 35 ± 0.15 over 27 days, z 6.67',
    ],
    [
      'a resting pulse',
      () => known({ resting_heart_rate: 50 }, waking),
      { resting_heart_rate: 56 },
      waking,
      'usual usually 50 ± 1.5 over 27 days, z 4',
    ],
    [
      'an RMSSD without any usual',
      () => createPerson(),
      { hrv_rmssd: 24 },
      rest,
      'stress_overload threshold 30, 6 beyond it; two_of_three threshold 30, 6 beyond it; hrv_and_pulse_high threshold 100, 76 short of it; hrv_and_pulse_low threshold 20, 4 short of it',
    ],
    [
      'an oxygen saturation on scale 2',
      () => createPerson().is({ spo2_scale: 2 }),
      { spo2: 85 },
      rest,
      'spo2_low threshold 83, 2 short of it; news2_partial points 2, threshold 5, 3 short of it',
    ],
  ])('of %s', (_, person, values, options, text) => {
    expect(describeSignals(explained(person(), values, options))).toContain(text);
  });

  it('of jumps, of another device and of another source', () => {
    const jumping = createPerson()
      .repeats(6, 10 * second, { heart_rate: 60 }, rest)
      .later(10 * second);
    expect(comparisons(jumping, { heart_rate: 90 }, rest)).toContainEqual({
      rule: 'pulse_irregular',
      of: 'median of the jumps',
      value: 0,
      threshold: 20,
      beyond: -20,
    });
    const two = createPerson().reports({ spo2: 97 }, { ...rest, device: 'ring' });
    expect(comparisons(two, { spo2: 90 }, rest)).toContainEqual({
      rule: 'devices_disagree',
      of: 'difference',
      value: 7,
      threshold: 4,
      beyond: 3,
    });
    expect(comparisons(two.later(5 * minute), { spo2: 90 }, rest).map(({ rule }) => rule)).not.toContain(
      'devices_disagree',
    );
    expect(comparisons(twoSources({ spo2: 96 }), { spo2: 90 }, night)).toContainEqual(
      expect.objectContaining({ rule: 'devices_disagree', of: 'z apart', threshold: 3 }),
    );
  });

  it('of nights that a rule adds up', () => {
    const strained = known({ hrv_rmssd: 50 }, night).repeats(9, day, { hrv_rmssd: 40 }, night).later(day);
    const found = comparisons(strained, { hrv_rmssd: 40 }, night).find(({ rule }) => rule === 'strain');
    expect(found).toMatchObject({ of: 'spreads of the last nights', threshold: 0.4 });
    expect(found?.value).toBeGreaterThan(2);
  });

  it('of somebody under 16, to whom fewer rules apply', () => {
    const child = createPerson().is({ birth_year: 2016 });
    expect(comparisons(child, { heart_rate: 120 }, rest)).toEqual([]);
    expect(comparisons(child, { respiratory_rate: 30 }, rest)).toEqual([]);
  });
});
