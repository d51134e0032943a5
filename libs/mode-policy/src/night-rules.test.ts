import { describe, expect, it } from 'vitest';
import {
  createPerson,
  day,
  hour,
  minute,
  night,
  type EventOptions,
  type Values,
} from '../test/policy-story.ts';

/** Usual RMSSD 50 ms with a spread of 0.1, the least of a logarithm; usual pulse 55 with 1.5. */
const known = () => createPerson().lived(20, { hrv_rmssd: 50, heart_rate: 55 }, night).fromNow();
const tonight = (values: Values, options = night) => known().reports(values, options);
const readiness: EventOptions = { type: 'readiness', ago: hour };
const spot: EventOptions = { source: 'apple', context: 'rest' };
/** An RMSSD so many spreads from the usual. */
const at = (z: number) => 50 * Math.exp(z * 0.1);

describe('rmssd_drop', () => {
  it.each<[string, Values, string[]]>([
    ['z −2.9 and 25 % below', { hrv_rmssd: at(-2.9) }, ['rmssd_drop info']],
    ['z −2.8 but 24.4 % below', { hrv_rmssd: at(-2.8) }, []],
    ['z −5', { hrv_rmssd: at(-5) }, ['rmssd_drop warning']],
    ['z −4.9', { hrv_rmssd: at(-4.9) }, ['rmssd_drop info']],
  ])('%s', (_, values, open) => {
    expect(tonight(values).open).toEqual(open);
  });

  it('a wide spread needs z −2.5', () => {
    const wide = () =>
      createPerson()
        .lived(20, (one) => ({ hrv_rmssd: 50 * Math.exp([-0.15, 0, 0.15][one % 3] ?? 0) }), night)
        .fromNow();
    const spread = 0.15 * 1.4826;
    expect(wide().reports({ hrv_rmssd: 50 * Math.exp(-2.45 * spread) }, night).open).toEqual([]);
    expect(wide().reports({ hrv_rmssd: 50 * Math.exp(-2.55 * spread) }, night).open).toEqual([
      'rmssd_drop info',
    ]);
  });

  it('again the next night is a warning, and a later night ends it', () => {
    const anna = tonight({ hrv_rmssd: at(-3.5) })
      .later(day)
      .reports({ hrv_rmssd: at(-3.5) }, night);
    expect(anna.open).toEqual(['rmssd_drop warning']);
    anna.later(day).reports({ hrv_rmssd: at(-2.6) }, night);
    expect(anna.open).toEqual(['rmssd_drop warning']);
    anna.later(day).reports({ hrv_rmssd: at(-1.9) }, night);
    expect(anna.open).toEqual([]);
  });

  it('is over within 22 % although z is low', () => {
    const anna = tonight({ hrv_rmssd: at(-3.5) })
      .later(day)
      .reports({ hrv_rmssd: 50 * 0.785 }, night);
    expect(anna.open).toEqual([]);
  });

  it('what a night fired no live value ends, and what a live value fired only live ones', () => {
    const anna = tonight({ hrv_rmssd: at(-3.5) })
      .later(hour)
      .reports({ hrv_rmssd: 50 }, spot);
    expect(anna.open).toEqual(['rmssd_drop info']);
    const ben = createPerson().lived(10, { hrv_rmssd: 50 }, spot).fromNow().reports({ hrv_rmssd: 30 }, spot);
    expect(ben.open).toEqual(['rmssd_drop warning']);
    ben.later(10 * minute).reports({ hrv_rmssd: 60 }, night);
    expect(ben.open).toEqual(['rmssd_drop warning']);
    ben.later(10 * minute).reports({ hrv_rmssd: 50 }, spot);
    expect(ben.open).toEqual([]);
  });

  it('needs a usual, never looks at context active, and says nothing of a new source', () => {
    expect(createPerson().reports({ hrv_rmssd: 10 }, night).open).toEqual([]);
    expect(tonight({ hrv_rmssd: 10 }, { source: 'oura', context: 'active' }).open).toEqual([]);
    expect(tonight({ hrv_rmssd: 10 }, { ...night, source: 'whoop' }).open).toEqual([]);
  });
});

describe('stress_overload', () => {
  it.each<[string, number, number, string[]]>([
    ['z −2 and 69', at(-2), 69, ['stress_overload info']],
    ['z −1.9', at(-1.9), 69, []],
    ['readiness 70', at(-2), 70, []],
  ])('%s', (_, hrv_rmssd, readiness_score, open) => {
    expect(tonight({ hrv_rmssd }).reports({ readiness_score }, readiness).open).toEqual(open);
    expect(known().reports({ readiness_score }, readiness).reports({ hrv_rmssd }, night).open).toEqual(open);
  });

  it.each([
    [29.9, ['stress_overload info']],
    [30, []],
  ])('without any usual: %s ms', (hrv_rmssd, open) => {
    expect(createPerson().reports({ hrv_rmssd, readiness_score: 60 }).open).toEqual(open);
  });

  it('needs the readiness of the same day as the night', () => {
    const anna = known().reports({ readiness_score: 60 }, { ...readiness, ago: 13 * hour });
    expect(anna.reports({ hrv_rmssd: at(-2.2) }, night).open).toEqual([]);
  });

  it('again is a warning', () => {
    const anna = tonight({ hrv_rmssd: at(-2.4) })
      .reports({ readiness_score: 60 }, readiness)
      .later(day);
    anna.reports({ hrv_rmssd: at(-2.4) }, night).reports({ readiness_score: 60 }, readiness);
    expect(anna.open).toEqual(['stress_overload warning']);
    const ben = createPerson()
      .reports({ hrv_rmssd: 25 }, night)
      .reports({ readiness_score: 60 }, readiness)
      .later(day);
    ben.reports({ hrv_rmssd: 25 }, night).reports({ readiness_score: 60 }, readiness);
    expect(ben.open).toEqual(['stress_overload warning']);
  });

  it.each<[string, Values, EventOptions, string[]]>([
    ['a readiness of 75', { readiness_score: 75 }, readiness, []],
    ['not a readiness of 74', { readiness_score: 74 }, readiness, ['stress_overload info']],
    ['a later night at z −1.5', { hrv_rmssd: at(-1.49) }, night, []],
    ['not a later night at z −1.6', { hrv_rmssd: at(-1.6) }, night, ['stress_overload info']],
  ])('is ended by %s', (_, values, options, open) => {
    const anna = tonight({ hrv_rmssd: at(-2.4) }).reports({ readiness_score: 60 }, readiness);
    expect(anna.later(day).reports(values, options).open).toEqual(open);
  });

  it('has a confidence of 0.85', () => {
    const anna = tonight({ hrv_rmssd: at(-2.4) }).reports({ readiness_score: 60 }, readiness);
    expect(anna.last.transition).toMatchObject({ reason: 'stress_overload', to: 'reflex', confidence: 0.85 });
  });
});

describe('two_of_three', () => {
  const tense = { stress_level: 0.71 };
  it.each<[string, () => ReturnType<typeof createPerson>, string[]]>([
    [
      'LOW RMSSD and stress',
      () => createPerson().reports({ hrv_rmssd: 29, ...tense }),
      ['two_of_three info'],
    ],
    ['stress at 0.7', () => createPerson().reports({ hrv_rmssd: 29, stress_level: 0.7 }), []],
    [
      'a pulse above T − 5 twice, and stress',
      () => createPerson().repeats(2, minute, { heart_rate: 96, ...tense }),
      ['two_of_three info'],
    ],
    ['a pulse at T − 5', () => createPerson().repeats(2, minute, { heart_rate: 95, ...tense }), []],
    ['a pulse once', () => createPerson().reports({ heart_rate: 96, ...tense }), []],
    [
      "a night's pulse and its RMSSD",
      () => createPerson().reports({ heart_rate: 97, hrv_rmssd: 28 }, night),
      ['two_of_three info'],
    ],
  ])('%s', (_, live, open) => {
    expect(live().open).toEqual(open);
  });

  it.each<[string, Values, string[]]>([
    ['stress of 0.63', { stress_level: 0.63 }, []],
    ['not by 0.64', { stress_level: 0.64 }, ['two_of_three info']],
    ['an RMSSD of 33', { hrv_rmssd: 33 }, []],
  ])('is ended by one reading: %s', (_, values, open) => {
    const anna = createPerson()
      .reports({ hrv_rmssd: 29, ...tense })
      .later(minute)
      .reports(values);
    expect(anna.open).toEqual(open);
  });

  it('is ended by a pulse at or below T − 12 of the kind that fired', () => {
    const anna = createPerson()
      .repeats(2, minute, { heart_rate: 96, ...tense })
      .later(minute);
    expect(anna.reports({ heart_rate: 88.1, stress_level: 0.7 }).open).toEqual(['two_of_three info']);
    expect(anna.later(minute).reports({ heart_rate: 88, stress_level: 0.7 }).open).toEqual([]);
    const ben = createPerson().reports({ heart_rate: 97, hrv_rmssd: 28 }, night).later(hour);
    expect(ben.repeats(3, 3 * minute, { heart_rate: 60 }, spot).open).toEqual(['two_of_three info']);
  });

  it('waits while another device contradicts the pulse', () => {
    const strap: EventOptions = { ...spot, device: 'strap' };
    const anna = createPerson()
      .reports({ heart_rate: 98, ...tense }, spot)
      .later(minute)
      .reports({ heart_rate: 60 }, strap);
    expect(anna.later(30_000).reports({ heart_rate: 98 }, spot).open).toEqual(['devices_disagree info']);
  });

  it('goes stale when fewer than two are left', () => {
    const anna = createPerson()
      .reports({ hrv_rmssd: 29, ...tense })
      .waits(10 * minute);
    expect(anna.mode).toBe('guardian');
    expect(anna.waits(minute).mode).toBe('pattern');
    expect(anna.open).toEqual(['two_of_three info unconfirmed']);
  });
});

describe('hrv_and_pulse_high', () => {
  it.each<[string, Values, string[]]>([
    [
      '1.81 times and 2.6 spreads',
      { hrv_rmssd: 90.5, heart_rate: 55 + 2.6 * 1.5 },
      ['hrv_and_pulse_high info'],
    ],
    ['1.79 times', { hrv_rmssd: 89.5, heart_rate: 60 }, []],
    ['2.4 spreads', { hrv_rmssd: 95, heart_rate: 55 + 2.4 * 1.5 }, []],
  ])('%s', (_, values, open) => {
    expect(tonight(values).open).toEqual(open);
  });

  it("the night's mean comes first, then the resting pulse, then the lowest", () => {
    const lowest: EventOptions = { ...night, statistic: 'minimum' };
    const usual = createPerson();
    for (let one = 0; one < 10; one += 1)
      usual.reports({ hrv_rmssd: 50 }, night).reports({ heart_rate: 45 }, lowest).later(day);
    usual.fromNow().reports({ heart_rate: 60 }, lowest).reports({ hrv_rmssd: 95 }, night);
    expect(usual.open).toEqual(['hrv_and_pulse_high info']);
  });

  it.each<[string, Values, string[]]>([
    ['101 and 91', { hrv_rmssd: 101, heart_rate: 91 }, ['hrv_and_pulse_high info']],
    ['100 and 91', { hrv_rmssd: 100, heart_rate: 91 }, []],
    ['101 and 90', { hrv_rmssd: 101, heart_rate: 90 }, []],
  ])('live without a usual: %s', (_, values, open) => {
    expect(createPerson().reports(values, spot).open).toEqual(open);
    expect(createPerson().is({ birth_year: 2018 }).reports(values, spot).open).toEqual([]);
  });

  it('live with a usual compares with that', () => {
    const usual = () => createPerson().lived(10, { hrv_rmssd: 50, heart_rate: 70 }, spot).fromNow();
    expect(usual().reports({ hrv_rmssd: 92, heart_rate: 74 }, spot).open).toEqual([
      'hrv_and_pulse_high info',
    ]);
    expect(usual().reports({ hrv_rmssd: 92, heart_rate: 73 }, spot).open).toEqual([]);
  });

  it.each<[string, Values, string[]]>([
    ['1.6 times', { hrv_rmssd: 79.9, heart_rate: 62 }, []],
    ['not 1.61 times', { hrv_rmssd: 80.5, heart_rate: 62 }, ['hrv_and_pulse_high info']],
    ['2 spreads', { hrv_rmssd: 88, heart_rate: 58 }, []],
  ])('a later night ends it: %s', (_, values, open) => {
    const anna = tonight({ hrv_rmssd: 95, heart_rate: 62 }).later(day).reports(values, night);
    expect(anna.open).toEqual(open);
  });

  it.each([
    [{ hrv_rmssd: 90, heart_rate: 95 }, []],
    [{ hrv_rmssd: 95, heart_rate: 81 }, []],
    [{ hrv_rmssd: 95, heart_rate: 82 }, ['hrv_and_pulse_high info']],
    [{ hrv_rmssd: 95 }, ['hrv_and_pulse_high info unconfirmed']],
  ])('live without a usual it is ended by %o', (values, open) => {
    const anna = createPerson()
      .reports({ hrv_rmssd: 110, heart_rate: 95 }, spot)
      .later(20 * minute);
    expect(anna.reports(values as Values, spot).open).toEqual(open);
  });
});

describe('hrv_and_pulse_low', () => {
  it.each<[string, Values, EventOptions, string[]]>([
    ['19 and 49 at once', { hrv_rmssd: 19, heart_rate: 49 }, spot, ['hrv_and_pulse_low info']],
    ['20', { hrv_rmssd: 20, heart_rate: 49 }, spot, []],
    ['a pulse of 50', { hrv_rmssd: 19, heart_rate: 50 }, spot, []],
    ['of one night', { hrv_rmssd: 19, heart_rate: 49 }, night, ['hrv_and_pulse_low info']],
  ])('%s', (_, values, options, open) => {
    expect(createPerson().reports(values, options).open).toEqual(open);
  });

  it.each<[Values, string[]]>([
    [{ hrv_rmssd: 22 }, []],
    [{ hrv_rmssd: 21.9 }, ['hrv_and_pulse_low info']],
    [{ heart_rate: 55 }, []],
    [{ heart_rate: 54.9 }, ['hrv_and_pulse_low info']],
  ])('is ended by %o', (values, open) => {
    const anna = createPerson()
      .reports({ hrv_rmssd: 19, heart_rate: 49 }, spot)
      .later(minute)
      .reports(values, spot);
    expect(anna.open).toEqual(open);
  });

  it('does not ask somebody whose usual RMSSD is known', () => {
    expect(tonight({ hrv_rmssd: 18, heart_rate: 45 }).open).not.toContain('hrv_and_pulse_low info');
  });
});
