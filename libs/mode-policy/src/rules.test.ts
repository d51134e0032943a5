import { describe, expect, it } from 'vitest';
import { createPerson, minute, rules, type EventOptions, type Values } from '../test/policy-story.ts';

type Row = {
  readonly rule: string;
  readonly mode: string;
  /** Days before with the same readings, for a baseline. */
  readonly usual?: readonly [Values, EventOptions?];
  /** Readings that are already there. */
  readonly beside?: Values;
  readonly options?: EventOptions;
  readonly justNot: Values;
  readonly just: Values;
  readonly stillHolds: Values;
  readonly leaves: Values;
};

const atRest = { context: 'rest' } as const;
const asleep = { context: 'sleep' } as const;

const table: readonly Row[] = [
  {
    rule: 'rmssd_drop',
    mode: 'reflex',
    usual: [{ hrv_rmssd: 100 }],
    justNot: { hrv_rmssd: 75 },
    just: { hrv_rmssd: 74.9 },
    stillHolds: { hrv_rmssd: 77.4 },
    leaves: { hrv_rmssd: 77.5 },
  },
  {
    rule: 'rmssd_drop',
    mode: 'reflex',
    usual: [{ hrv_rmssd: 60 }],
    justNot: { hrv_rmssd: 42 },
    just: { hrv_rmssd: 41.9 },
    stillHolds: { hrv_rmssd: 43.7 },
    leaves: { hrv_rmssd: 43.8 },
  },
  {
    rule: 'high_pulse',
    mode: 'reflex',
    options: atRest,
    justNot: { heart_rate: 100 },
    just: { heart_rate: 101 },
    stillHolds: { heart_rate: 91 },
    leaves: { heart_rate: 90 },
  },
  {
    rule: 'high_stress',
    mode: 'reflex',
    justNot: { stress_level: 0.85 },
    just: { stress_level: 0.86 },
    stillHolds: { stress_level: 0.766 },
    leaves: { stress_level: 0.765 },
  },
  {
    rule: 'stress_overload',
    mode: 'reflex',
    beside: { readiness_score: 69 },
    justNot: { hrv_rmssd: 30 },
    just: { hrv_rmssd: 29.9 },
    stillHolds: { hrv_rmssd: 32.9 },
    leaves: { hrv_rmssd: 33 },
  },
  {
    rule: 'stress_overload',
    mode: 'reflex',
    beside: { hrv_rmssd: 29 },
    justNot: { readiness_score: 70 },
    just: { readiness_score: 69 },
    stillHolds: { readiness_score: 74 },
    leaves: { readiness_score: 75 },
  },
  {
    rule: 'news2_spo2',
    mode: 'reflex',
    options: atRest,
    justNot: { spo2: 91.1 },
    just: { spo2: 91 },
    stillHolds: { spo2: 92.9 },
    leaves: { spo2: 93 },
  },
  {
    rule: 'news2_respiration',
    mode: 'reflex',
    options: atRest,
    justNot: { respiratory_rate: 8.1 },
    just: { respiratory_rate: 8 },
    stillHolds: { respiratory_rate: 8.9 },
    leaves: { respiratory_rate: 9 },
  },
  {
    rule: 'news2_respiration',
    mode: 'reflex',
    options: asleep,
    justNot: { respiratory_rate: 24.9 },
    just: { respiratory_rate: 25 },
    stillHolds: { respiratory_rate: 22.1 },
    leaves: { respiratory_rate: 22 },
  },
  {
    rule: 'news2_pulse',
    mode: 'reflex',
    options: atRest,
    justNot: { heart_rate: 41 },
    just: { heart_rate: 40 },
    stillHolds: { heart_rate: 43 },
    leaves: { heart_rate: 44 },
  },
  {
    rule: 'news2_pulse',
    mode: 'reflex',
    options: atRest,
    justNot: { heart_rate: 130 },
    just: { heart_rate: 131 },
    stillHolds: { heart_rate: 119 },
    leaves: { heart_rate: 90 },
  },
  {
    // Asleep without a baseline
    rule: 'news2_pulse',
    mode: 'reflex',
    options: asleep,
    justNot: { heart_rate: 35 },
    just: { heart_rate: 34 },
    stillHolds: { heart_rate: 43 },
    leaves: { heart_rate: 44 },
  },
  {
    // Asleep with a baseline of 40 and no spread
    rule: 'news2_pulse',
    mode: 'reflex',
    usual: [{ heart_rate: 40 }, asleep],
    options: asleep,
    justNot: { heart_rate: 40 },
    just: { heart_rate: 39 },
    stillHolds: { heart_rate: 43 },
    leaves: { heart_rate: 44 },
  },
  {
    rule: 'news2_temperature',
    mode: 'reflex',
    options: atRest,
    justNot: { body_temperature: 35.1 },
    just: { body_temperature: 35 },
    stillHolds: { body_temperature: 35.4 },
    leaves: { body_temperature: 35.5 },
  },
  {
    rule: 'low_recovery',
    mode: 'guardian',
    justNot: { recovery_score: 40 },
    just: { recovery_score: 39 },
    stillHolds: { recovery_score: 44 },
    leaves: { recovery_score: 45 },
  },
  {
    rule: 'two_of_three',
    mode: 'guardian',
    beside: { stress_level: 0.71 },
    justNot: { hrv_rmssd: 30 },
    just: { hrv_rmssd: 29.9 },
    stillHolds: { hrv_rmssd: 32.9 },
    leaves: { hrv_rmssd: 33 },
  },
  {
    rule: 'two_of_three',
    mode: 'guardian',
    beside: { stress_level: 0.71 },
    justNot: { heart_rate: 80 },
    just: { heart_rate: 81 },
    stillHolds: { heart_rate: 73 },
    leaves: { heart_rate: 72 },
  },
  {
    rule: 'two_of_three',
    mode: 'guardian',
    beside: { heart_rate: 81 },
    justNot: { stress_level: 0.7 },
    just: { stress_level: 0.71 },
    stillHolds: { stress_level: 0.64 },
    leaves: { stress_level: 0.63 },
  },
  {
    rule: 'high_hrv_high_pulse',
    mode: 'hypothesis',
    usual: [{ hrv_rmssd: 50 }],
    beside: { heart_rate: 91 },
    justNot: { hrv_rmssd: 75 },
    just: { hrv_rmssd: 75.1 },
    stillHolds: { hrv_rmssd: 67.6 },
    leaves: { hrv_rmssd: 67.5 },
  },
  {
    rule: 'high_hrv_high_pulse',
    mode: 'hypothesis',
    usual: [{ hrv_rmssd: 50 }],
    beside: { hrv_rmssd: 80 },
    justNot: { heart_rate: 90 },
    just: { heart_rate: 91 },
    stillHolds: { heart_rate: 82 },
    leaves: { heart_rate: 81 },
  },
  {
    rule: 'low_hrv_low_pulse',
    mode: 'hypothesis',
    beside: { heart_rate: 49 },
    justNot: { hrv_rmssd: 20 },
    just: { hrv_rmssd: 19.9 },
    stillHolds: { hrv_rmssd: 21.9 },
    leaves: { hrv_rmssd: 22 },
  },
  {
    rule: 'low_hrv_low_pulse',
    mode: 'hypothesis',
    beside: { hrv_rmssd: 19 },
    justNot: { heart_rate: 50 },
    just: { heart_rate: 49 },
    stillHolds: { heart_rate: 54 },
    leaves: { heart_rate: 55 },
  },
];

/** A person with what is usual and what is beside, one minute before now. */
function givenPerson({ usual, beside, options }: Row) {
  const anna = createPerson();
  if (usual !== undefined) anna.lived(6, ...usual);
  if (beside !== undefined) anna.later(-minute).reports(beside, options).later(minute);
  return anna;
}

const text = (values: Values) =>
  Object.entries(values)
    .map(([metric, value]) => `${metric} ${value}`)
    .join(', ');

describe('a rule fires just beyond its enter threshold', () => {
  it.each(table.map((row) => [row.rule, text(row.just), row] as const))('%s at %s', (rule, _, row) => {
    const anna = givenPerson(row).reports(row.just, row.options);
    expect(anna.last.rulesFired).toContain(rule);
    expect(anna.mode).toBe(row.mode);
    expect(anna.last.transition?.to).toBe(row.mode);
    expect(anna.last.transition?.rules_fired).toContain(rule);
  });
});

describe('a rule does not fire at its enter threshold', () => {
  it.each(table.map((row) => [row.rule, text(row.justNot), row] as const))('%s at %s', (rule, _, row) => {
    const anna = givenPerson(row).reports(row.justNot, row.options);
    expect(anna.last.rulesFired).not.toContain(rule);
  });
});

describe('a rule that fired holds until its leave threshold', () => {
  it.each(table.map((row) => [row.rule, text(row.stillHolds), row] as const))('%s at %s', (rule, _, row) => {
    const anna = givenPerson(row)
      .reports(row.just, row.options)
      .later(minute)
      .reports(row.stillHolds, row.options);
    expect(anna.last.rulesHeld).toContain(rule);
    expect(anna.mode).toBe(row.mode);
  });
});

describe('a rule that fired leaves at its leave threshold', () => {
  it.each(table.map((row) => [row.rule, text(row.leaves), row] as const))('%s at %s', (rule, _, row) => {
    const anna = givenPerson(row)
      .reports(row.just, row.options)
      .later(6 * minute)
      .reports(row.leaves, row.options);
    expect(anna.last.rulesHeld).not.toContain(rule);
    expect(anna.mode).toBe('pattern');
    expect(anna.last.transition?.reason).toBe(
      row.mode === 'hypothesis' ? 'hypothesis_refuted' : 'nothing_holds',
    );
  });
});

describe('the table is complete', () => {
  it('covers every rule but strain and the comparison of devices, which have tables of their own', () => {
    const covered = new Set([...table.map(({ rule }) => rule), 'strain', 'devices_disagree']);
    expect(rules.rules.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([]);
  });
});

describe('a reading that is no input of a rule fires nothing', () => {
  it.each([
    ['the mean pulse of a night', { heart_rate: 130 }, { context: 'sleep', statistic: 'average' }],
    ['the mean pulse of two hours', { heart_rate: 130 }, { statistic: 'average', over: 120 * minute }],
    ['a maximum', { heart_rate: 190 }, { statistic: 'maximum' }],
    ['a resting pulse', { resting_heart_rate: 110 }, {}],
    ['skin temperature', { skin_temp: 31, skin_temp_deviation: -4 }, {}],
    ['SDNN', { hrv_sdnn: 5, readiness_score: 10 }, {}],
    ['a delete', {}, { operation: 'delete', object: 'o' }],
  ] as [string, Values, EventOptions][])('%s', (_, values, options) => {
    expect(createPerson().reports(values, options).switches).toEqual(['none → pattern: first_decision']);
  });

  it('but a mean over some minutes is a pulse, and so is a mean awake without an interval', () => {
    expect(createPerson().reports({ heart_rate: 130 }, { statistic: 'average', over: minute }).mode).toBe(
      'reflex',
    );
    expect(createPerson().reports({ heart_rate: 130 }, { statistic: 'average' }).mode).toBe('reflex');
  });
});

describe('a low pulse asleep must be low for this person', () => {
  it('does not fire at 38 when the baseline is 40 ± 1', () => {
    const pulses = [39, 40, 41, 39, 41, 40];
    const anna = createPerson().lived(6, (one) => ({ heart_rate: pulses[one] ?? 0 }), asleep);
    expect(anna.reports({ heart_rate: 37 }, asleep).last.rulesFired).toEqual([]);
    expect(anna.later(minute).reports({ heart_rate: 36 }, asleep).last.rulesFired).toEqual(['news2_pulse']);
  });

  it('holds above 118, although a high pulse holds the mode below that', () => {
    const anna = createPerson()
      .reports({ heart_rate: 131 }, atRest)
      .later(minute)
      .reports({ heart_rate: 118 }, atRest);
    expect(anna.last.rulesFired).toEqual(['high_pulse']);
    expect(anna.last.rulesHeld).toEqual([]);
  });
});

describe('a reading that lacks something a rule needs changes nothing', () => {
  it('a drop holds while the newest RMSSD has no baseline', () => {
    const anna = createPerson().lived(6, { hrv_rmssd: 100 }).reports({ hrv_rmssd: 50 });
    expect(anna.later(minute).reports({ hrv_rmssd: 90 }, atRest).last.rulesHeld).toEqual(['rmssd_drop']);
  });

  it('a contradiction likewise holds until the pulse is back', () => {
    const anna = createPerson().lived(6, { hrv_rmssd: 50 }).reports({ hrv_rmssd: 80, heart_rate: 95 });
    expect(anna.later(minute).reports({ hrv_rmssd: 60 }, atRest).last.rulesHeld).toEqual([
      'high_hrv_high_pulse',
    ]);
    expect(anna.later(6 * minute).reports({ heart_rate: 80 }).mode).toBe('pattern');
  });
});
