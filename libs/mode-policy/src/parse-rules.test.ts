import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rules } from '../test/policy-story.ts';
import { parseRules, requireRules } from './parse-rules.ts';

const good = readFileSync(new URL('../../../config/neuros.yaml', import.meta.url), 'utf8');
const withChange = (from: string, to: string) => {
  expect(good).toContain(from);
  return good.replace(from, to);
};
const lineOf = (text: string) => good.slice(0, good.indexOf(text)).split('\n').length;

describe('a rules file with a fault is refused with line and field', () => {
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
    const text = withChange(from, to);
    expect(() => requireRules(text, 'neuros.yaml')).toThrow(field);
    expect(() => requireRules(text, 'neuros.yaml')).toThrow(/neuros\.yaml:\d+ /);
  });

  it('the line is that of the field', () => {
    const text = withChange('confidence: 0.85', 'confidence: high');
    const line = lineOf('confidence: 0.85');
    expect(() => requireRules(text, 'neuros.yaml')).toThrow(`neuros.yaml:${line} `);
    expect(parseRules(text)).toMatchObject({
      kind: 'faults',
      faults: [{ line, field: 'rules.stress_overload.confidence' }],
    });
  });

  it('a missing field has the line of its parent', () => {
    const text = withChange('    confidence: 0.85\n', '');
    expect(parseRules(text)).toMatchObject({
      kind: 'faults',
      faults: [{ line: lineOf('stress_overload:') + 1, field: 'rules.stress_overload.confidence' }],
    });
  });

  it('a fault of the whole file is on its first line', () => {
    expect(parseRules('')).toMatchObject({ kind: 'faults', faults: [{ line: 1, field: '' }] });
  });

  it('YAML that cannot be read', () => {
    const text = withChange('alerts:', 'alerts: {');
    expect(() => requireRules(text, 'neuros.yaml')).toThrow(/neuros\.yaml:\d+ /);
  });
});

it('a good rules file becomes the rules that it describes', () => {
  const parsed = parseRules(good);
  expect(parsed).toMatchObject({ kind: 'rules', rules: { hash: rules.hash } });
});
