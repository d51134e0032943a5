import { describe, expect, it } from 'vitest';
import {
  createPerson,
  day,
  givenRules,
  hour,
  minute,
  night,
  type EventOptions,
  type Values,
} from '../test/policy-story.ts';

const rest: EventOptions = { context: 'rest', source: 'apple' };

describe('temperature', () => {
  it.each<[number, string[], string]>([
    [35.1, [], 'pattern'],
    [35, ['temperature critical'], 'reflex'],
    [39, [], 'pattern'],
    [39.1, ['temperature warning'], 'guardian'],
    [40.4, ['temperature warning'], 'guardian'],
    [40.5, ['temperature critical'], 'reflex'],
  ])('%s °C', (body_temperature, open, mode) => {
    const anna = createPerson().reports({ body_temperature });
    expect([anna.open, anna.mode]).toEqual([open, mode]);
  });

  it.each<[number, number, string[]]>([
    [35, 35.4, ['temperature critical']],
    [35, 35.5, []],
    [39.5, 38.6, ['temperature warning']],
    [39.5, 38.5, []],
    [40.6, 39.6, ['temperature critical']],
  ])('%s, then %s', (first, then, open) => {
    const anna = createPerson()
      .reports({ body_temperature: first })
      .later(10 * minute)
      .reports({ body_temperature: then });
    expect(anna.open).toEqual(open);
  });

  it('of two levels each holds by itself', () => {
    const anna = createPerson()
      .reports({ body_temperature: 40.6 })
      .later(10 * minute)
      .reports({ body_temperature: 39.5 });
    expect([anna.open, anna.mode]).toEqual([['temperature critical'], 'guardian']);
    anna.later(10 * minute).reports({ body_temperature: 38 });
    expect([anna.open, anna.mode]).toEqual([[], 'pattern']);
  });

  it('an active one fires only where it is dangerous for anybody, and ends nothing', () => {
    const active: EventOptions = { context: 'active' };
    expect(createPerson().reports({ body_temperature: 39.5 }, active).open).toEqual([]);
    expect(createPerson().reports({ body_temperature: 40.5 }, active).open).toEqual(['temperature critical']);
    expect(createPerson().reports({ body_temperature: 34 }, active).open).toEqual(['temperature critical']);
    const anna = createPerson()
      .reports({ body_temperature: 34 })
      .later(minute)
      .reports({ body_temperature: 37 }, active);
    expect(anna.open).toEqual(['temperature critical']);
  });

  it('says whether it is too low or too high', () => {
    expect(createPerson().reports({ body_temperature: 34 }).messages('temperature')[0]?.advice).toMatch(
      /Get warm/,
    );
    expect(createPerson().reports({ body_temperature: 39.5 }).messages('temperature')[0]?.advice).toMatch(
      /Drink/,
    );
  });
});

describe('stress_high', () => {
  it.each<[number, string[]]>([
    [0.85, []],
    [0.851, ['stress_high warning']],
  ])('%s', (stress_level, open) => {
    expect(createPerson().reports({ stress_level }).open).toEqual(open);
  });

  it.each<[number, string[]]>([
    [0.766, ['stress_high warning']],
    [0.765, []],
  ])('then %s', (stress_level, open) => {
    expect(
      createPerson().reports({ stress_level: 0.9 }).later(minute).reports({ stress_level }).open,
    ).toEqual(open);
  });

  it('has a confidence that rises to 1 at twice the distance', () => {
    const sure = (stress_level: number) =>
      createPerson().reports({ stress_level }).last.transition?.confidence;
    expect(sure(0.8925)).toBeCloseTo(0.625, 3);
    expect(sure(1)).toBeCloseTo(0.5 + (0.5 * 0.15) / 0.17, 3);
  });
});

describe('news2_partial', () => {
  const ill = { respiratory_rate: 22, spo2: 93, heart_rate: 95 };
  it.each<[string, Values, string[], string]>([
    ['2 + 2 + 1 = 5', ill, ['news2_partial warning'], 'guardian'],
    ['2 + 2 + 0 = 4', { ...ill, heart_rate: 90 }, [], 'pattern'],
    ['2 + 2 + 2 = 6', { ...ill, heart_rate: 112 }, ['news2_partial warning'], 'guardian'],
    ['2 + 2 + 1 + 2 = 7', { ...ill, body_temperature: 39.05 }, ['news2_partial critical'], 'reflex'],
    ['an item alone', { spo2: 93 }, [], 'pattern'],
  ])('%s', (_, values, open, mode) => {
    const anna = createPerson().reports(values, rest);
    expect([anna.open.filter((one) => one.startsWith('news2')), anna.mode]).toEqual([open, mode]);
  });

  it('a single unconfirmed live reading scores at most 2', () => {
    const anna = createPerson().reports({ spo2: 91, respiratory_rate: 22 }, rest);
    expect(anna.open).toEqual([]);
    anna.later(minute).reports({ spo2: 91 }, rest);
    expect(anna.open).toContain('news2_partial warning');
  });

  it('a low pulse that is not low for this person scores 0', () => {
    const athlete = createPerson().lived(10, { heart_rate: 42 }, rest).fromNow();
    expect(athlete.reports({ heart_rate: 45, spo2: 93, respiratory_rate: 22 }, rest).open).toEqual([]);
  });

  it('reads SpO2 by the scale of the person', () => {
    const anna = createPerson()
      .is({ spo2_scale: 2 })
      .reports({ ...ill, spo2: 89 }, rest);
    expect(anna.open).toEqual([]);
    const ben = createPerson()
      .is({ spo2_scale: 2 })
      .reports({ ...ill, spo2: 85 }, rest);
    expect(ben.open).toEqual(['news2_partial warning']);
  });

  it('counts the items of one night, and no child', () => {
    expect(createPerson().reports(ill, night).open).toEqual(['news2_partial warning']);
    expect(createPerson().is({ birth_year: 2018 }).reports(ill, night).open).toEqual([]);
  });

  it('leaves below 5, and below 7', () => {
    const anna = createPerson()
      .reports({ ...ill, body_temperature: 39.05 }, rest)
      .later(10 * minute);
    anna.reports({ body_temperature: 37 }, rest);
    expect([anna.mode, anna.open]).toEqual(['guardian', ['news2_partial critical']]);
    anna.later(10 * minute).reports({ ...ill, heart_rate: 70 }, rest);
    expect(anna.open).toEqual([]);
  });

  it('has a confidence by its sum', () => {
    expect(createPerson().reports({ ...ill, heart_rate: 112 }, rest).last.transition?.confidence).toBe(0.625);
  });
});

describe('recovery_low', () => {
  const recovery: EventOptions = { source: 'whoop', type: 'recovery' };
  const days = (...scores: number[]) => {
    const anna = createPerson();
    scores.forEach((recovery_score, index) => {
      if (index > 0) anna.later(day);
      anna.reports({ recovery_score }, recovery);
    });
    return anna;
  };
  it.each<[number[], string[], string]>([
    [[34], [], 'pattern'],
    [[33], [], 'guardian'],
    [[33, 33], ['recovery_low info'], 'guardian'],
    [[33, 33, 33], ['recovery_low warning'], 'guardian'],
    [[33, 50, 33], [], 'guardian'],
    [[33, 33, 39], ['recovery_low info'], 'guardian'],
    [[33, 33, 40], [], 'pattern'],
  ])('%o', (scores, open, mode) => {
    const anna = days(...scores);
    expect([anna.open, anna.mode]).toEqual([open, mode]);
  });
});

describe('strain', () => {
  /** Fifty usual nights, then nights whose pulse and variability are so many spreads away: the means of ten of them. */
  const strained = (p: number, r: number, nights = 10) =>
    createPerson()
      .lived(50, { hrv_rmssd: 50, heart_rate: 55 }, night)
      .fromNow()
      .lived(0, {})
      .later(day)
      .repeats(nights, day, { hrv_rmssd: 50 * Math.exp(-r * 0.1), heart_rate: 55 + p * 1.5 }, night);
  const of = (anna: ReturnType<typeof createPerson>) => anna.open.filter((one) => one.startsWith('strain'));

  it.each<[string, number, number, string[]]>([
    ['p 1 and r 1', 1.02, 1.02, ['strain info']],
    ['p 1 and r 0.9', 1.02, 0.9, []],
    ['p 1.8 and r 0.3', 1.8, 0.3, []],
    ['p 1.6 and r 1.5', 1.6, 1.5, ['strain warning']],
  ])('%s', (_, p, r, open) => {
    expect(of(strained(p, r))).toEqual(open);
  });

  it.each<[string, number, number, number, string[]]>([
    ['a luteal phase of 4/min and 12 %', 2.7, 1.2, 0.3, ['strain info']],
    ['warmer nights and more than a phase explains', 3.5, 2.5, 0.3, ['strain warning']],
    ['hardly warmer nights', 2.7, 1.2, 0.14, ['strain warning']],
  ])('takes off what a luteal phase explains: %s', (_, p, r, warmer, open) => {
    const nights = { hrv_rmssd: 50 * Math.exp(-r * 0.1), heart_rate: 55 + p * 1.5, skin_temp: 34 + warmer };
    const anna = createPerson()
      .lived(50, { hrv_rmssd: 50, heart_rate: 55, skin_temp: 34 }, night)
      .repeats(10, day, nights, night);
    expect(of(anna)).toEqual(open);
  });

  it('takes nothing off for a temperature that has no reference', () => {
    const nights = { hrv_rmssd: 50 * Math.exp(-0.12), heart_rate: 55 + 2.7 * 1.5, skin_temp: 34 };
    const anna = createPerson()
      .lived(50, { hrv_rmssd: 50, heart_rate: 55 }, night)
      .repeats(10, day, nights, night);
    expect(of(anna)).toEqual(['strain warning']);
  });

  it('leaves when the means are back, and needs a reference', () => {
    const anna = strained(1.1, 1.1).later(day).repeats(5, day, { hrv_rmssd: 50, heart_rate: 55 }, night);
    expect(of(anna)).toEqual([]);
    const young = createPerson()
      .lived(8, { hrv_rmssd: 50, heart_rate: 55 }, night)
      .repeats(8, day, { hrv_rmssd: 40, heart_rate: 60 }, night);
    expect(of(young)).toEqual([]);
  });

  it('needs five nights of the last ten, of both', () => {
    const anna = createPerson()
      .lived(40, { hrv_rmssd: 50, heart_rate: 55 }, night)
      .later(8 * day)
      .fromNow();
    anna.repeats(3, day, { hrv_rmssd: 40, heart_rate: 60 }, night);
    expect(of(anna)).toEqual([]);
    expect(createPerson().reports({ hrv_rmssd: 50 }, night).reports({ skin_temp: 34 }, night).open).toEqual(
      [],
    );
  });
});

describe('pulse_irregular', () => {
  const turns = (a: number, b: number, times: number, every = minute) => {
    const anna = createPerson();
    for (let one = 0; one < times; one += 1)
      anna.reports({ heart_rate: one % 2 === 0 ? a : b }, rest).later(every);
    return anna;
  };
  it.each<[string, ReturnType<typeof createPerson>, string[]]>([
    ['six that jump by 21', turns(60, 81, 6), ['pulse_irregular info']],
    ['six that jump by 20', turns(60, 80, 6), []],
    ['five', turns(60, 85, 5), []],
    ['six over more than 10 min', turns(60, 85, 6, 3 * minute), []],
  ])('%s', (_, anna, open) => {
    expect(anna.open).toEqual(open);
  });

  it.each<[number, string[]]>([
    [11, ['pulse_irregular info']],
    [10, []],
  ])('leaves at a median of 10: %s', (jump, open) => {
    const anna = turns(60, 85, 6);
    for (let one = 0; one < 10; one += 1)
      anna.reports({ heart_rate: 60 + (one % 2) * jump }, rest).later(minute);
    expect(anna.open).toEqual(open);
  });
});

describe('pulse_unexplained', () => {
  const unknown: EventOptions = { source: 'apple', device: 'watch' };
  it.each<[string, number, number, number, string[]]>([
    ['four over 45 min', 4, 15, 115, ['pulse_unexplained info']],
    ['over less than 45 min', 4, 14.9, 115, []],
    ['at T + 10', 4, 15, 110, []],
    ['more than 15 min apart', 4, 15.1, 115, []],
  ])('%s', (_, times, apart, heart_rate, open) => {
    expect(createPerson().repeats(times, apart * minute, { heart_rate }, unknown).open).toEqual(open);
  });

  it('is less sure of a person without a usual pulse', () => {
    const sureness = (anna: ReturnType<typeof createPerson>) =>
      anna.repeats(4, 15 * minute, { heart_rate: 115 }, unknown).last.transition;
    expect(sureness(createPerson())).toMatchObject({ to: 'hypothesis', confidence: 0.5 });
    // T is 100 for both.
    const known = createPerson().lived(10, { heart_rate: 70 }, { ...unknown, context: 'rest' });
    expect(sureness(known)).toMatchObject({ to: 'hypothesis', confidence: 0.625 });
  });

  it('one that is not high breaks the run', () => {
    const anna = createPerson()
      .repeats(2, 15 * minute, { heart_rate: 120 }, unknown)
      .later(15 * minute);
    anna
      .reports({ heart_rate: 90 }, unknown)
      .later(15 * minute)
      .repeats(2, 15 * minute, { heart_rate: 120 }, unknown);
    expect(anna.open).toEqual([]);
  });

  it('two readings at or below T refute it, and two hours expire it', () => {
    const anna = createPerson()
      .repeats(4, 15 * minute, { heart_rate: 120 }, unknown)
      .later(5 * minute);
    anna.repeats(2, 2 * minute, { heart_rate: 100 }, unknown);
    expect(anna.alerts.at(-1)).toBe('pulse_unexplained resolved recovered');
    const ben = createPerson()
      .repeats(4, 15 * minute, { heart_rate: 120 }, unknown)
      .waits(2 * hour);
    expect(ben.alerts.at(-1)).toBe('pulse_unexplained resolved expired');
    ben.repeats(6, 15 * minute, { heart_rate: 120 }, unknown);
    expect(ben.open).toEqual([]);
  });

  it('how far apart they must be is its own number', () => {
    const asked = (refuted_apart: string) =>
      createPerson({ rules: givenRules({ 'rules.pulse_unexplained.refuted_apart': refuted_apart }) })
        .repeats(4, 15 * minute, { heart_rate: 120 }, unknown)
        .later(5 * minute)
        .repeats(2, 2 * minute, { heart_rate: 100 }, unknown);
    expect(asked('2min').open).toEqual([]);
    expect(asked('3min').open).toEqual(['pulse_unexplained info']);
  });

  it('steps that cover it refute it, and a walk of five minutes does not', () => {
    const walk: EventOptions = { ...unknown, statistic: 'sum' };
    const covered = createPerson().repeats(4, 15 * minute, { heart_rate: 120 }, unknown);
    covered.reports({ steps: 5_000 }, { ...walk, over: 45 * minute });
    expect(covered.alerts.at(-1)).toBe('pulse_unexplained resolved withdrawn');
    const short = createPerson().repeats(10, 15 * minute, { heart_rate: 120 }, unknown);
    short.reports({ steps: 300 }, { ...walk, over: 5 * minute });
    expect(short.open).toEqual(['pulse_unexplained info']);
  });

  it('a confirmed pulse at rest confirms it', () => {
    const anna = createPerson()
      .repeats(4, 15 * minute, { heart_rate: 120 }, unknown)
      .later(31 * minute);
    anna.repeats(2, minute, { heart_rate: 125 }, { ...unknown, context: 'rest' });
    expect(anna.alerts).toContain('pulse_unexplained resolved confirmed');
    expect(anna.open).toEqual(['pulse_high warning']);
  });
});
