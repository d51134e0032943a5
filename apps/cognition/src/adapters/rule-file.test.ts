import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadRuleFile, parseRules } from './rule-file.ts';

const good = readFileSync(new URL('../../../../config/neuros.yaml', import.meta.url), 'utf8');
const broken = (from: string, to: string) => {
  expect(good).toContain(from);
  return () => parseRules(good.replace(from, to), 'neuros.yaml');
};
const lineOf = (text: string) => good.slice(0, good.indexOf(text)).split('\n').length;

describe('a rule file that is not valid is refused with line and field', () => {
  it.each([
    ['a wrong type', 'confidence: 0.85', 'confidence: high', 'rules.stress_overload.confidence'],
    ['a number out of range', 'confidence: 0.85', 'confidence: 1.5', 'rules.stress_overload.confidence'],
    ['a duration without unit', 'heart_rate: 10min', 'heart_rate: 10', 'fresh_for.heart_rate'],
    ['a mode that does not exist', 'reflex: critical', 'panic: critical', 'alerts'],
    [
      'a field that does not exist',
      'confidence: 0.85',
      'confidence: 0.85\n    colour: red',
      'rules.stress_overload',
    ],
    [
      'a leave threshold inside the enter one',
      'hrv_rmssd_from: 33',
      'hrv_rmssd_from: 20',
      'rules.stress_overload.leave',
    ],
  ])('%s', (_name, from, to, field) => {
    expect(broken(from, to)).toThrow(field);
    expect(broken(from, to)).toThrow(/neuros\.yaml:\d+ /);
  });

  it('the line is that of the field', () => {
    expect(broken('confidence: 0.85', 'confidence: high')).toThrow(
      `neuros.yaml:${lineOf('confidence: 0.85')} `,
    );
  });

  it('YAML that cannot be read', () => {
    expect(broken('alerts:', 'alerts: {')).toThrow(/neuros\.yaml:\d+ /);
  });

  it('a file that is not there', async () => {
    await expect(loadRuleFile('/nowhere/neuros.yaml')).rejects.toMatchObject({ code: 'bad_rules' });
  });
});
