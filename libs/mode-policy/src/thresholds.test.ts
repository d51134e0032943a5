import { describe, expect, it } from 'vitest';
import { givenRules, givenThresholds, rules } from '../test/policy-story.ts';
import { ruleSetSchema } from './check-thresholds.ts';

/** Paths and messages of what is wrong with the file after changes. */
function problems(changes: Readonly<Record<string, unknown>>): string[] {
  const result = ruleSetSchema.safeParse(givenThresholds(changes));
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('the thresholds file', () => {
  it('is valid as it is', () => {
    expect(problems({})).toEqual([]);
    expect(rules.policyVersion).toBe(2);
  });

  it('refuses unknown keys, durations without a unit and more days than a state keeps', () => {
    expect(problems({ 'rules.high_puls': {} })[0]).toMatch(/^rules: /);
    expect(problems({ 'fresh_for.spo2': '60' })).toEqual([
      'fresh_for.spo2: must be a number with s, min, h or d, such as 10min',
    ]);
    expect(problems({ 'baselines.window_days': 29 })[0]).toMatch(/^baselines.window_days/);
  });

  it.each([
    ['rmssd_drop', 'drop_to_ms', 26],
    ['rmssd_drop', 'drop_to_percent', 31],
    ['high_pulse', 'heart_rate_to', 101],
    ['high_stress', 'stress_level_to', 0.9],
    ['stress_overload', 'hrv_rmssd_from', 29],
    ['stress_overload', 'readiness_score_from', 69],
    ['news2_spo2', 'spo2_from', 91],
    ['news2_respiration', 'respiratory_rate_from', 8],
    ['news2_pulse', 'heart_rate_from', 40],
    ['news2_temperature', 'body_temperature_from', 35],
    ['low_recovery', 'recovery_score_from', 39],
    ['two_of_three', 'hrv_rmssd_from', 29],
    ['two_of_three', 'heart_rate_to', 81],
    ['two_of_three', 'stress_level_to', 0.71],
    ['high_hrv_high_pulse', 'rmssd_to_baselines', 1.6],
    ['high_hrv_high_pulse', 'heart_rate_to', 91],
    ['low_hrv_low_pulse', 'hrv_rmssd_from', 19],
    ['low_hrv_low_pulse', 'heart_rate_from', 49],
  ])('refuses to leave %s at %s %d, where it is entered', (rule, key, value) => {
    expect(problems({ [`rules.${rule}.leave.${key}`]: value })).toEqual([
      `rules.${rule}.leave.${key}: must not lie on the far side of the enter threshold`,
    ]);
  });

  it.each([
    ['its lower bound above its upper', { heart_rate_from: 119, heart_rate_to: 118 }],
    ['its upper bound where it enters', { heart_rate_from: 44, heart_rate_to: 131 }],
  ])('refuses a leave range with %s', (_, leave) => {
    expect(problems({ 'rules.news2_pulse.leave': leave })).toHaveLength(1);
  });

  it.each([
    ['baselines.days_at_least', { 'baselines.window_days': 20, 'baselines.days_at_least': 21 }],
    ['baselines.band.nights', { 'baselines.window_days': 20, 'baselines.band.nights': 21 }],
    ['baselines.band.nights_at_least', { 'baselines.band.nights_at_least': 8 }],
    ['rules.strain.enter.days', { 'rules.strain.enter.days': 6 }],
    ['rules.strain.enter.of', { 'rules.strain.enter.within_days': 4 }],
    ['patterns.trend.nights', { 'baselines.window_days': 13 }],
    ['switching.stay.reflex', { 'switching.reflex_at_most': '299s' }],
  ])('refuses a part that is more than its whole: %s', (path, changes) => {
    expect(problems(changes)).toContainEqual(expect.stringMatching(`^${path}: must not be more than`));
  });

  it('refuses vendor bands that do not ascend', () => {
    expect(problems({ 'vendor_bands.whoop.recovery_score.1.to': 33 })).toEqual([
      'vendor_bands.whoop.recovery_score.1.to: must be more than the band before',
    ]);
  });
});

describe('a rule set', () => {
  it('has a hash of its contents, not of its formatting', () => {
    expect(rules.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(givenRules({ 'rules.high_pulse.enter': { heart_rate_above: 99 } }).hash).not.toBe(rules.hash);
    expect(givenRules({ 'fresh_for.heart_rate': '600s' }).hash).toBe(rules.hash);
    const leave = { readiness_score_from: 75, hrv_rmssd_from: 33 }; // the other way round in the file
    expect(givenRules({ 'rules.stress_overload.leave': leave }).hash).toBe(rules.hash);
  });

  it('has no freshness for an unknown slot', () => {
    expect(rules.freshFor(99)).toBe(0);
  });
});
