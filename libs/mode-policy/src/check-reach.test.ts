import { describe, expect, it } from 'vitest';
import { source } from '../test/policy-story.ts';
import { parseRules } from './parse-rules.ts';

/** The faults of the rules file with one change, and the line of the change. */
function faultsWith(from: string, to: string) {
  expect(source.split(from)).toHaveLength(2);
  const parsed = parseRules(source.replace(from, to));
  const line = source.slice(0, source.indexOf(from)).split('\n').length;
  return { faults: parsed.kind === 'faults' ? parsed.faults : [], line };
}

describe('a threshold that can never fire is refused, and the one beside it is not', () => {
  it.each([
    ['above: 0.85, leave_to', 'above: 1, leave_to', 'above: 0.99, leave_to', 'rules.stress_high.above'],
    [
      'stress_level_above: 0.7\n',
      'stress_level_above: 1\n',
      'stress_level_above: 0.99\n',
      'rules.two_of_three.stress_level_above',
    ],
    [
      'readiness_below: 70,',
      'readiness_below: 0,',
      'readiness_below: 1,',
      'rules.stress_overload.readiness_below',
    ],
    [
      'below: 34, leave_from: 40',
      'below: 0, leave_from: 40',
      'below: 1, leave_from: 40',
      'rules.recovery_low.below',
    ],
    ['percent_from: 25,', 'percent_from: 100,', 'percent_from: 99,', 'rules.rmssd_drop.percent_from'],
    ['critical_from: 131', 'critical_from: 251', 'critical_from: 250', 'rules.pulse_high.critical_from'],
    ['reflex_from: 7', 'reflex_from: 13', 'reflex_from: 12', 'rules.news2_partial.reflex_from'],
    ['drift: 0.55', 'drift: 6.2', 'drift: 6.1', 'rules.illness_watch.drift'],
    ['warning_above: 5.5', 'warning_above: 6', 'warning_above: 5.9', 'rules.illness_watch.warning_above'],
    ['heart_rate: 10min\n', 'heart_rate: 0s\n', 'heart_rate: 1s\n', 'fresh_for.heart_rate'],
    [
      'within: { heart_rate: 10min,',
      'within: { heart_rate: 29s,',
      'within: { heart_rate: 30s,',
      'confirmation.within.heart_rate',
    ],
    [
      'readings_at_least: 6, within: 10min',
      'readings_at_least: 6, within: 24s',
      'readings_at_least: 6, within: 25s',
      'rules.pulse_irregular.readings_at_least',
    ],
    [
      'above_t: 10, readings_at_least',
      'above_t: 130, readings_at_least',
      'above_t: 129, readings_at_least',
      'rules.pulse_unexplained.above_t',
    ],
    [
      'stress_high: { above: 0.85, leave_to: 0.765 }',
      'stress_high: { above: 0.85, leave_to: 0.765, contrary: [{ metric: spo2, below: 50 }] }',
      'stress_high: { above: 0.85, leave_to: 0.765, contrary: [{ metric: spo2, below: 51 }] }',
      'rules.stress_high.contrary.0.below',
    ],
    [
      'stress_high: { above: 0.85, leave_to: 0.765 }',
      'stress_high: { above: 0.85, leave_to: 0.765, contrary: [{ metric: spo2, above: 100 }] }',
      'stress_high: { above: 0.85, leave_to: 0.765, contrary: [{ metric: spo2, above: 99 }] }',
      'rules.stress_high.contrary.0.above',
    ],
  ])('%s', (from, bad, good, field) => {
    const { faults, line } = faultsWith(from, bad);
    expect(faults.map((one) => one.field)).toContain(field);
    expect(faults.find((one) => one.field === field)?.line).toBe(line);
    expect(faultsWith(from, good).faults).toEqual([]);
  });
});

describe('a threshold that can never leave is refused, and the one beside it is not', () => {
  it.each([
    ['leave_below_t: 10', 'leave_below_t: 61', 'leave_below_t: 60', 'rules.pulse_high.leave_below_t'],
    [
      'leave_heart_rate_below_t: 12',
      'leave_heart_rate_below_t: 61',
      'leave_heart_rate_below_t: 60',
      'rules.two_of_three.leave_heart_rate_below_t',
    ],
    ['leave_above_l: 4', 'leave_above_l: 211', 'leave_above_l: 210', 'rules.pulse_low.leave_above_l'],
    [
      'live: { to: 91, leave_from: 93 }',
      'live: { to: 91, leave_from: 101 }',
      'live: { to: 91, leave_from: 100 }',
      'rules.spo2_low.live.leave_from',
    ],
  ])('%s', (from, bad, good, field) => {
    expect(faultsWith(from, bad).faults.map((one) => one.field)).toEqual([field]);
    expect(faultsWith(from, good).faults).toEqual([]);
  });
});

describe('a number outside the range of its metric is refused', () => {
  it.each([
    ['fever: { from: 39.1,', 'fever: { from: 91.0,', 'rules.temperature.fever.from'],
    ['{ to: 43, points: 2 }', '{ to: 50, points: 2 }', 'rules.news2_partial.temperature.4.to'],
    ['{ to: 33, band: red }', '{ to: -1, band: red }', 'vendor_bands.whoop.recovery_score.0.to'],
    [
      'asleep: { at_least: 85, at_most: 110,',
      'asleep: { at_least: 85, at_most: 132,',
      'usual.pulse_limit.asleep.at_most',
    ],
    [
      'weights: { pulse: 1, root_steps: -1.3, temperature: 1, respiration: 1, ln_rmssd: -0.3 }',
      'weights: { pulse: 0, root_steps: -1.3, temperature: 0, respiration: 0, ln_rmssd: 0 }',
      'rules.illness_watch.weights',
    ],
  ])('%s', (from, to, field) => {
    expect(faultsWith(from, to).faults.map((one) => one.field)).toContain(field);
  });

  it('of no weight at all, without dividing by nothing', () => {
    const from = 'weights: { pulse: 1, root_steps: -1.3, temperature: 1, respiration: 1, ln_rmssd: -0.3 }';
    const to = 'weights: { pulse: 0, root_steps: 0, temperature: 0, respiration: 0, ln_rmssd: 0 }';
    expect(faultsWith(from, to).faults.map((one) => one.field)).toEqual(['rules.illness_watch.weights']);
  });

  it('not of a score that never fades', () => {
    expect(faultsWith('memory: 0.95', 'memory: 1').faults).toEqual([]);
  });
});
