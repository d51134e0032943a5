import { describe, expect, it } from 'vitest';
import { source } from '../test/policy-story.ts';
import { parseRules } from './parse-rules.ts';

/** The fields at fault in the rules file with one change, and whether the line of the change is named. */
function fieldsWith(from: string, to: string): string[] {
  expect(source.split(from)).toHaveLength(2);
  const parsed = parseRules(source.replace(from, to));
  return parsed.kind === 'faults' ? parsed.faults.map(({ field, line }) => `${field} ${line}`) : [];
}

/** Where the file says it, with a place for the number. */
type Place = readonly [text: string, field: string, bad: string, good: string];

const places: readonly Place[] = [
  ['ln_rmssd: #, pulse: 1.5', 'usual.spread.ln_rmssd', '1000', '0.2'],
  ['pulse: #, respiration: 0.5, spo2', 'usual.spread.pulse', '226', '3'],
  ['spo2: #, temperature: 0.15', 'usual.spread.spo2', '51', '1'],
  ['{ pulse: #, temperature: 0.3, rmssd_loss', 'usual.cycle.pulse', '226', '5'],
  ['temperature: #, rmssd_loss: 0.12', 'usual.cycle.temperature', '24', '0.5'],
  ['low_rmssd: { z_to: #, over', 'usual.low_rmssd.z_to', '-1000', '-57'],
  ['over_z_from: #,', 'usual.low_rmssd.over_z_from', '58', '57'],
  ['rmssd_drop: { z_to: #, percent', 'rules.rmssd_drop.z_to', '-1000000', '-4.9'],
  ['warning_z_to: #,', 'rules.rmssd_drop.warning_z_to', '-58', '-57'],
  ['leave_z_from: #,', 'rules.rmssd_drop.leave_z_from', '58', '57'],
  ['    rmssd_above: #\n', 'rules.hrv_and_pulse_high.rmssd_above', '10000', '299'],
  ['    leave_rmssd_to: #\n', 'rules.hrv_and_pulse_high.leave_rmssd_to', '0.003', '0.004'],
  ['    pulse_above: #\n', 'rules.hrv_and_pulse_high.pulse_above', '150', '149'],
  ['    warning_sum_from: #\n', 'rules.strain.warning_sum_from', '1000000', '207'],
  ['    each_from: #\n', 'rules.strain.each_from', '58', '57'],
  ['z_apart_from: #,', 'rules.devices_disagree.z_apart_from', '1000000', '114'],
  ['    below_usual: #\n', 'rules.pulse_low.below_usual', '300', '95'],
  ['    spreads: #\n', 'rules.pulse_low.spreads', '200', '63'],
  ['above_usual: #\n    awake', 'usual.pulse_limit.above_usual', '225', '224'],
  ['exertion: { above_t: #,', 'context.exertion.above_t', '130', '129'],
  ['heart_rate_above: #,', 'confirmation.veto.heart_rate_above', '225', '224'],
  ['spo2_above: #,', 'confirmation.veto.spo2_above', '50', '49'],
  ['steps: { from: #,', 'context.steps.from', '200001', '200000'],
  ['to_day: 10, days_at_least: #', 'rules.strain.reference.days_at_least', '38', '37'],
  ['times: #, within_days: 35', 'patterns.recurring.times', '13', '12'],
  ['guardian: #, hypothesis: 300s', 'switching.stay.guardian', '1000h', '1h'],
  ['hypothesis: # }\n  # A reflex', 'switching.stay.hypothesis', '61min', '60min'],
  ['silence: { live: #,', 'hypotheses.silence.live', '29d', '28d'],
  ['leave_apart_from: #\n', 'confirmation.leave_apart_from', '25h', '24h'],
  ['refuted_apart: # }', 'rules.pulse_unexplained.refuted_apart', '3h', '2h'],
  ['over: #, apart_at_most', 'rules.pulse_unexplained.over', '25h', '24h'],
  ['apart_at_most: #,', 'rules.pulse_unexplained.apart_at_most', '0s', '1s'],
  ['night_from: #\n', 'signals.night_from', '25h', '24h'],
  ['daily_from: #\n', 'signals.daily_from', '25h', '24h'],
];

/** Finds what stands there now. */
function currentAt(text: string): string {
  const [before = '', after = ''] = text.split('#');
  const escape = (part: string) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const [found] = new RegExp(`${escape(before)}[^\\s,}]+${escape(after)}`).exec(source) ?? [];
  if (found === undefined) throw new Error(`the file does not say ${text}`);
  return found;
}

describe('what nobody’s values can reach is refused, and the number beside it is not', () => {
  it.each(places)('%s of %s: %s', (text, field, bad, good) => {
    const current = currentAt(text);
    const [before = '', after = ''] = text.split('#');
    const line = source.slice(0, source.indexOf(current)).split('\n').length + before.split('\n').length - 1;
    expect(fieldsWith(current, before + bad + after)).toContain(`${field} ${line}`);
    expect(fieldsWith(current, before + good + after)).toEqual([]);
  });

  it('both parts of strain together', () => {
    expect(fieldsWith('    sum_from: 2\n', '    sum_from: 1000000\n').join()).toContain(
      'rules.strain.sum_from',
    );
  });

  it('least spreads by which no score of the illness watch rises', () => {
    const wide = source.replace(
      'spread: { ln_rmssd: 0.10, pulse: 1.5, respiration: 0.5, spo2: 0.7, temperature: 0.15, root_steps: 12 }',
      'spread: { ln_rmssd: 5, pulse: 220, respiration: 55, spo2: 0.7, temperature: 22, root_steps: 440 }',
    );
    const fields = (text: string) => {
      const parsed = parseRules(text);
      return parsed.kind === 'faults' ? parsed.faults.map(({ field }) => field) : [];
    };
    expect(fields(wide)).not.toContain('rules.illness_watch.drift');
    expect(fields(wide.replace('memory: 0.95', 'memory: 0.3'))).toContain('rules.illness_watch.drift');
    expect(fields(source.replace('memory: 0.95', 'memory: 0.3'))).toEqual([]);
  });
});
