import { describe, expect, it } from 'vitest';
import { createPerson, givenRules } from '../test/policy-story.ts';

describe('confidence', () => {
  it.each([
    ['just over', { heart_rate: 101 }, 0.525],
    ['a margin over', { heart_rate: 110 }, 0.75],
    ['two margins over', { heart_rate: 120 }, 1],
    ['far over', { heart_rate: 125 }, 1],
    ['low', { respiratory_rate: 8 }, 0.5],
    ['two margins low', { respiratory_rate: 6 }, 1],
    ['two margins high', { respiratory_rate: 31 }, 1],
    ['both clear', { hrv_rmssd: 10, heart_rate: 45 }, 0.75],
    ['one of both just over', { hrv_rmssd: 19.9, heart_rate: 42 }, 0.5125],
    ['fixed', { hrv_rmssd: 5, readiness_score: 1 }, 0.85],
  ])('%s', (_, values, confidence) => {
    expect(createPerson().reports(values, { context: 'rest' }).last.transition?.confidence).toBeCloseTo(
      confidence,
      4,
    );
  });

  it.each([
    ['just over 30 %', 41.9, 0.502778],
    ['twice 30 %', 24, 1],
  ])('of a drop is measured by the enter threshold: %s', (_, rmssd, confidence) => {
    const anna = createPerson().lived(6, { hrv_rmssd: 60 }).reports({ hrv_rmssd: rmssd });
    expect(anna.last.transition?.confidence).toBeCloseTo(confidence, 4);
  });

  it('is a fifth less without the baseline that a rule would use', () => {
    expect(
      createPerson().reports({ heart_rate: 27 }, { context: 'sleep' }).last.transition?.confidence,
    ).toBeCloseTo(0.8);
    expect(
      createPerson().reports({ heart_rate: 32 }, { context: 'rest' }).last.transition?.confidence,
    ).toBeCloseTo(1);
  });

  it('of several rules of a mode is the highest one, and so is the reason', () => {
    const anna = createPerson().reports({ heart_rate: 101, stress_level: 1 }, { context: 'rest' });
    expect(anna.last.transition).toMatchObject({
      reason: 'high_stress',
      rules_fired: ['high_pulse', 'high_stress', 'two_of_three'],
    });
  });

  it('is 1 where the leave threshold has no margin', () => {
    const strict = givenRules({ 'rules.high_pulse.leave.heart_rate_to': 100 });
    expect(createPerson({ rules: strict }).reports({ heart_rate: 101 }).last.transition?.confidence).toBe(1);
  });
});
