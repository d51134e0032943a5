import { describe, expect, it } from 'vitest';
import {
  createPerson,
  hour,
  minute,
  night,
  second,
  type EventOptions,
  type Values,
} from '../test/policy-story.ts';

const rest: EventOptions = { context: 'rest', source: 'apple', device: 'watch' };
const asleep: EventOptions = { ...rest, context: 'sleep' };

/** Twice, a minute apart: confirmed. */
const twice = (values: Values, options = rest) => createPerson().repeats(2, minute, values, options);

/** A person whose usual is known, then the values twice. */
const usually = (usual: Values, values: Values, options = rest) =>
  createPerson().lived(10, usual, options).fromNow().repeats(2, minute, values, options);

describe('pulse_high', () => {
  it.each([
    ['100 without a usual', twice({ heart_rate: 100 }), []],
    ['100.1 without a usual', twice({ heart_rate: 100.1 }), ['pulse_high warning']],
    ['130', twice({ heart_rate: 130 }), ['pulse_high warning']],
    ['131', twice({ heart_rate: 131 }), ['pulse_high critical']],
    ['105 with a usual of 75', usually({ heart_rate: 75 }, { heart_rate: 105 }), []],
    ['105.1 with a usual of 75', usually({ heart_rate: 75 }, { heart_rate: 105.1 }), ['pulse_high warning']],
    ['90 with a usual of 50: T is at least 90', usually({ heart_rate: 50 }, { heart_rate: 90 }), []],
    ['90.1 with a usual of 50', usually({ heart_rate: 50 }, { heart_rate: 90.1 }), ['pulse_high warning']],
    ['120 with a usual of 99: T is at most 120', usually({ heart_rate: 99 }, { heart_rate: 120 }), []],
    ['120.1 with a usual of 99', usually({ heart_rate: 99 }, { heart_rate: 120.1 }), ['pulse_high warning']],
    [
      '86 asleep with a usual of 50',
      usually({ heart_rate: 50 }, { heart_rate: 86 }, asleep),
      ['pulse_high warning'],
    ],
    [
      '85 asleep with a usual of 50: T is at least 85',
      usually({ heart_rate: 50 }, { heart_rate: 85 }, asleep),
      [],
    ],
    [
      'a usual resting pulse stands in',
      usually({ resting_heart_rate: 50 }, { heart_rate: 91 }),
      ['pulse_high warning'],
    ],
    ['active', twice({ heart_rate: 150 }, { ...rest, context: 'active' }), []],
    ['unknown', twice({ heart_rate: 150 }, { ...rest, context: 'unknown' }), []],
  ])('%s', (_, anna, open) => {
    expect(anna.open).toEqual(open);
  });

  it.each([
    ['100.1', { heart_rate: 100.1 }, 'pulse_high warning'],
    ['131', { heart_rate: 131 }, 'pulse_high critical'],
  ])("a night's mean of %s is guardian", (_, values, open) => {
    const anna = createPerson().reports(values, night);
    expect([anna.open, anna.mode]).toEqual([[open], 'guardian']);
    expect(createPerson().reports({ heart_rate: 100 }, night).mode).toBe('pattern');
  });

  it('leaves by two readings at or below T − 10, at least two minutes apart', () => {
    const anna = twice({ heart_rate: 120 });
    anna
      .later(minute)
      .reports({ heart_rate: 91 }, rest)
      .later(3 * minute)
      .reports({ heart_rate: 91 }, rest);
    expect(anna.open).toEqual(['pulse_high warning']);
    anna
      .later(minute)
      .reports({ heart_rate: 90 }, rest)
      .later(minute + 59 * second)
      .reports({ heart_rate: 90 }, rest);
    expect(anna.open).toEqual(['pulse_high warning']);
    anna.later(second).reports({ heart_rate: 90 }, rest);
    expect(anna.open).toEqual([]);
    expect(anna.alerts.at(-1)).toBe('pulse_high resolved recovered');
  });

  it('a reading at rest between them that is not low enough begins the leaving anew', () => {
    const anna = twice({ heart_rate: 120 }).later(minute).reports({ heart_rate: 80 }, rest);
    anna.later(minute).reports({ heart_rate: 95 }, rest).later(minute).reports({ heart_rate: 80 }, rest);
    expect(anna.open).toEqual(['pulse_high warning']);
    anna.later(2 * minute).reports({ heart_rate: 80 }, { ...rest, context: 'unknown' });
    expect(anna.open).toEqual([]);
  });

  it.each<[string, EventOptions]>([
    ['that spans a minute', { ...rest, over: minute, statistic: 'average' }],
    ['by hand', { source: 'manual' }],
    ['of another device counts too', { ...rest, device: 'strap', over: minute, statistic: 'average' }],
  ])('one reading %s ends it', (_, options) => {
    const anna = twice({ heart_rate: 120 })
      .later(3 * minute)
      .reports({ heart_rate: 80 }, options);
    expect(anna.open).toEqual([]);
  });

  it('rises in level while it is open, and does not fall', () => {
    const anna = twice({ heart_rate: 120 }).later(minute).repeats(2, minute, { heart_rate: 135 }, rest);
    anna.later(minute).repeats(2, minute, { heart_rate: 120 }, rest);
    expect(anna.alerts).toEqual(['pulse_high firing warning', 'pulse_high firing critical']);
  });
});

describe('pulse_low', () => {
  it.each([
    ['40 in context rest', twice({ heart_rate: 40 }), ['pulse_low warning']],
    ['40.1 in context rest', twice({ heart_rate: 40.1 }), []],
    ['40 asleep', twice({ heart_rate: 40 }, asleep), []],
    ['35 asleep', twice({ heart_rate: 35 }, asleep), ['pulse_low warning']],
    [
      '35 where rest is inferred',
      twice({ heart_rate: 35 }, { ...rest, context: 'unknown', motion: 'sedentary' }),
      ['pulse_low warning'],
    ],
    [
      '40 in a spot measurement',
      twice({ heart_rate: 40, hrv_rmssd: 60 }, { source: 'p' }),
      ['pulse_low warning'],
    ],
    ['30', twice({ heart_rate: 30 }), ['pulse_low critical']],
    ['30.1', twice({ heart_rate: 30.1 }), ['pulse_low warning']],
    ['34.1 with a usual of 44', usually({ heart_rate: 44 }, { heart_rate: 34.1 }), []],
    ['34 with a usual of 44', usually({ heart_rate: 44 }, { heart_rate: 34 }), ['pulse_low warning']],
    [
      '29 with a usual of 38: critical at L',
      usually({ heart_rate: 38 }, { heart_rate: 28 }),
      ['pulse_low critical'],
    ],
    ['29 with a usual of 38', usually({ heart_rate: 38 }, { heart_rate: 29 }), []],
  ])('%s', (_, anna, open) => {
    expect(anna.open).toEqual(open);
  });

  it('three spreads below the usual count where they are more than 10', () => {
    const wide = createPerson()
      .lived(10, (one) => ({ heart_rate: 52 + (one % 3) * 5 }), rest)
      .fromNow();
    expect(wide.repeats(2, minute, { heart_rate: 40 }, rest).open).toEqual([]);
  });

  it("a night's mean is guardian, and leaves at L + 4 of a later night", () => {
    const anna = createPerson().reports({ heart_rate: 34 }, night);
    expect([anna.open, anna.mode]).toEqual([['pulse_low warning'], 'guardian']);
    anna.later(24 * hour).reports({ heart_rate: 38.9 }, night);
    expect(anna.open).toEqual(['pulse_low warning']);
    anna.later(24 * hour).reports({ heart_rate: 39 }, night);
    expect(anna.open).toEqual([]);
  });
});

describe('spo2_low', () => {
  const scale2 = (values: Values, options = rest) =>
    createPerson()
      .is({ spo2_scale: 2 })
      .repeats(2, 30 * minute, values, options);
  it.each([
    ['91', twice({ spo2: 91 }), ['spo2_low critical']],
    ['91.1', twice({ spo2: 91.1 }), []],
    ['83 on scale 2', scale2({ spo2: 83 }), ['spo2_low critical']],
    ['83.1 on scale 2', scale2({ spo2: 83.1 }), []],
    ["a night's 89", createPerson().reports({ spo2: 89 }, night), ['spo2_low warning']],
    ["a night's 89.1", createPerson().reports({ spo2: 89.1 }, night), []],
    [
      "a night's 83 on scale 2",
      createPerson().is({ spo2_scale: 2 }).reports({ spo2: 83 }, night),
      ['spo2_low warning'],
    ],
    ['unknown', twice({ spo2: 85 }, { ...rest, context: 'unknown' }), []],
  ])('%s', (_, anna, open) => {
    expect(anna.open).toEqual(open);
  });

  it.each([
    [92.9, ['spo2_low critical']],
    [93, []],
  ])('live %s', (spo2, open) => {
    expect(
      twice({ spo2: 88 })
        .later(minute)
        .repeats(2, 2 * minute, { spo2 }, rest).open,
    ).toEqual(open);
  });

  it.each([
    [90.9, ['spo2_low warning']],
    [91, []],
  ])("a later night's %s", (spo2, open) => {
    expect(
      createPerson()
        .reports({ spo2: 88 }, night)
        .later(24 * hour)
        .reports({ spo2 }, night).open,
    ).toEqual(open);
  });
});

describe('respiration', () => {
  it.each([
    ['8', twice({ respiratory_rate: 8 }), ['respiration critical']],
    ['8.1', twice({ respiratory_rate: 8.1 }), []],
    ['25', twice({ respiratory_rate: 25 }), ['respiration critical']],
    ['24.9', twice({ respiratory_rate: 24.9 }), []],
    ["a night's 25", createPerson().reports({ respiratory_rate: 25 }, night), ['respiration warning']],
    ["a night's 8", createPerson().reports({ respiratory_rate: 8 }, night), ['respiration warning']],
    [
      'a child',
      createPerson().is({ birth_year: 2016 }).repeats(2, minute, { respiratory_rate: 28 }, rest),
      [],
    ],
    [
      'one too slow and one too fast',
      createPerson()
        .reports({ respiratory_rate: 7 }, rest)
        .later(minute)
        .reports({ respiratory_rate: 26 }, rest),
      [],
    ],
  ])('%s', (_, anna, open) => {
    expect(anna.open).toEqual(open);
  });

  it.each([
    [8.9, ['respiration critical']],
    [9, []],
    [22, []],
    [22.1, ['respiration critical']],
  ])('leaves from 9 to 22: %s', (respiratory_rate, open) => {
    const anna = twice({ respiratory_rate: 26 }).later(minute);
    expect(anna.repeats(2, 2 * minute, { respiratory_rate }, rest).open).toEqual(open);
  });
});
