import { describe, expect, it } from 'vitest';
import { german, rules, source } from '../test/policy-story.ts';
import { parseRules, requireRecordedRules, requireRules } from './parse-rules.ts';

const withChange = (from: string, to: string, text = source) => {
  expect(text).toContain(from);
  return text.replace(from, to);
};
const lineOf = (text: string) => source.slice(0, source.indexOf(text)).split('\n').length;

describe('a rules file with a fault is refused with line and field', () => {
  it.each([
    ['a wrong type', 'confidence: 0.85', 'confidence: high', 'rules.stress_overload'],
    ['a number out of range', 'confidence: 0.85', 'confidence: 1.5', 'rules.stress_overload.confidence'],
    ['a duration without unit', 'heart_rate: 10min\n', 'heart_rate: 10\n', 'fresh_for.heart_rate'],
    ['another policy version', 'policy_version: 3', 'policy_version: 2', 'policy_version'],
    [
      'a field that does not exist',
      'critical_from: 131',
      'critical_from: 131\n    colour: red',
      'rules.pulse_high',
    ],
    [
      'a threshold that can never fire',
      'critical_from: 131',
      'critical_from: 300',
      'rules.pulse_high.critical_from',
    ],
    [
      'a threshold that can never leave',
      'low: { to: 8, leave_from: 9 }',
      'low: { to: 8, leave_from: 7 }',
      'rules.respiration.low.leave_from',
    ],
    ['one that leaves where it enters', 'leave_to: 0.765', 'leave_to: 0.85', 'rules.stress_high.leave_to'],
    [
      'a part beyond its whole',
      'nights_at_least: 5\n    reference',
      'nights_at_least: 11\n    reference',
      'rules.strain.nights_at_least',
    ],
    [
      'bands that leave values out',
      '{ to: 60, points: 3 }',
      '{ to: 50, points: 3 }',
      'rules.news2_partial.respiration',
    ],
    [
      'bands out of order',
      '{ to: 33, band: red }',
      '{ to: 70, band: red }',
      'vendor_bands.whoop.recovery_score',
    ],
    [
      'a placeholder that does not exist',
      'Pulse {value}/min at rest, above',
      'Pulse {puls}/min at rest, above',
      'texts.rules.pulse_high.summary',
    ],
    [
      'a placeholder in a title',
      'title: Time for a short break',
      'title: Your {value}',
      'texts.rules.stress_high.title',
    ],
    [
      'a value in an advice, which is also said when none is known',
      'advice: Wear the device',
      'advice: Wear {source}',
      'texts.rules.hrv_and_pulse_low.advice',
    ],
    ['a code without its phrase', '      hrv_rmssd: ', '      hrv_sdnn: ', 'texts.phrases.metric.hrv_rmssd'],
    [
      'a rule without its sentences',
      '    stress_high:\n      title',
      '    stress_hig:\n      title',
      'texts.rules.stress_high',
    ],
    [
      'a question that is missing',
      '      question: Were you moving?\n',
      '',
      'texts.rules.pulse_unexplained.question',
    ],
    [
      'words for a value that is too low, which are missing',
      "      low:\n        summary: 'Body",
      "      lower:\n        summary: 'Body",
      'texts.rules.temperature.low',
    ],
    [
      'words for a value that cannot be too low',
      '    stress_high:\n',
      '    stress_high:\n      low: { summary: Little stress., advice: None. }\n',
      'texts.rules.stress_high.low',
    ],
  ])('%s', (_name, from, to, field) => {
    const text = withChange(from, to);
    expect(() => requireRules(text, 'neuros.yaml')).toThrow(field);
    expect(() => requireRules(text, 'neuros.yaml')).toThrow(/neuros\.yaml:\d+ /);
  });

  it('the line is that of the field', () => {
    const text = withChange('confidence: 0.85', 'confidence: high');
    const line = lineOf('confidence: 0.85');
    expect(parseRules(text)).toMatchObject({
      kind: 'faults',
      faults: [{ line, field: 'rules.stress_overload.confidence' }],
    });
  });

  it('a missing field has the line of its parent, a fault of the whole file the first', () => {
    const text = withChange('    critical_from: 131\n', '');
    expect(parseRules(text)).toMatchObject({
      faults: [{ line: lineOf('critical_from: 131'), field: 'rules.pulse_high.critical_from' }],
    });
    expect(parseRules('')).toMatchObject({ kind: 'faults', faults: [{ line: 1, field: '' }] });
  });

  it('YAML that cannot be read', () => {
    expect(() => requireRules(withChange('switching:', 'switching: {'), 'neuros.yaml')).toThrow(
      /neuros\.yaml:\d+ /,
    );
  });

  it('of a translation names its file', () => {
    const text = withChange('question: Haben Sie sich bewegt?', 'question: "{puls}"', german);
    const parse = () => requireRules(source, 'neuros.yaml', [{ name: 'neuros.de.yaml', text }]);
    expect(parse).toThrow(/neuros\.de\.yaml:\d+ texts\.rules\.pulse_unexplained\.question/);
  });
});

describe('a good rules file', () => {
  it('becomes the rules that it describes, with the texts of every language', () => {
    const parsed = parseRules(source, [{ name: 'neuros.de.yaml', text: german }]);
    expect(parsed).toMatchObject({
      kind: 'rules',
      rules: { hash: rules.hash, contentHash: rules.contentHash },
    });
  });

  it('may leave its version out; texts and comments do not change what it decides', () => {
    const other = requireRules(
      withChange('policy_version: 3', '# nothing').replace('Were you moving?', 'Did you move?'),
      'x',
    );
    expect(other.hash).toBe(rules.hash);
    expect(other.contentHash).not.toBe(rules.contentHash);
    const stricter = requireRules(withChange('critical_from: 131', 'critical_from: 130'), 'x');
    expect(stricter.hash).not.toBe(rules.hash);
  });

  it('that was recorded needs no texts, but its numbers', () => {
    const [numbers = ''] = source.split('\ntexts:');
    expect(requireRecordedRules(numbers, 'rule set 1').hash).toBe(rules.hash);
    const bad = () =>
      requireRecordedRules(numbers.replace('policy_version: 3', 'policy_version: 2'), 'rule set 1');
    expect(bad).toThrow(/rule set 1:\d+ policy_version/);
    expect(() =>
      requireRecordedRules(numbers.replace('critical_from: 131', 'critical_from: 300'), 'x'),
    ).toThrow('critical_from');
  });
});
