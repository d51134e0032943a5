import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  alertChangeKinds,
  alertStatuses,
  answers,
  contexts,
  deadLetterReasons,
  deliveryStatuses,
  insightKinds,
  metrics,
  modes,
  resolutionReasons,
  severities,
  statistics,
} from '@bridge/contracts';
import { describe, expect, test } from 'vitest';
import { alertLabel, metricLabel, modeLabel, readingOrigin, reasonLabel } from './say.ts';
import * as words from './words.ts';

const rulesFile = readFileSync(join(import.meta.dirname, '../../../../config/neuros.yaml'), 'utf8');

/** The keys directly below a section of the file, at a depth in spaces. */
function keysBelow(section: string, depth: number): string[] {
  const start = rulesFile.indexOf(`\n${' '.repeat(depth - 2)}${section}:\n`);
  const lines = rulesFile.slice(start).split('\n').slice(2);
  const end = lines.findIndex((line) => line.trim() !== '' && !line.startsWith(' '.repeat(depth)));
  const key = new RegExp(`^ {${depth}}(\\w+):`);
  return lines.slice(0, end === -1 ? undefined : end).flatMap((line) => key.exec(line)?.[1] ?? []);
}

describe('there are words for', () => {
  test('every metric of the dictionary, and for no other', () => {
    expect(Object.keys(words.metricWords).sort()).toEqual(Object.keys(metrics).sort());
  });

  test('every rule of config/neuros.yaml', () => {
    const rules = keysBelow('rules', 2);
    expect(rules.length).toBeGreaterThan(15);
    expect(Object.keys(words.ruleWords).sort()).toEqual(rules.sort());
  });

  test('every reason for which a mode ends or an alert resolves', () => {
    const reasons = keysBelow('modes', 4).filter((reason) => reason !== 'recovered');
    expect(reasons.length).toBeGreaterThan(5);
    expect(Object.keys(words.reasonWords)).toEqual(
      expect.arrayContaining([...reasons, ...resolutionReasons]),
    );
  });

  test('every mode, severity, status, change, insight, answer, delivery, context and statistic', () => {
    const lists = [
      [words.modeWords, modes],
      [words.severityWords, severities],
      [words.alertStatusWords, alertStatuses],
      [words.alertChangeWords, alertChangeKinds],
      [words.insightWords, insightKinds],
      [words.answerWords, answers],
      [words.deliveryWords, deliveryStatuses],
      [words.contextWords, contexts],
      [words.statisticWords, statistics],
      [words.deadLetterWords, deadLetterReasons],
    ] as const;
    for (const [list, names] of lists) expect(Object.keys(list)).toEqual(expect.arrayContaining([...names]));
  });
});

describe('labels', () => {
  test('say what is meant, also of what nobody knows', () => {
    expect(metricLabel('heart_rate')).toBe('Pulse');
    expect(metricLabel('galvanic_skin_response')).toBe('galvanic skin response');
    expect(modeLabel(null)).toBe('No mode yet');
    expect(reasonLabel('pulse_high')).toBe('High pulse at rest');
    expect(reasonLabel('no_data')).toBe('no more values came');
    expect(reasonLabel('constructor')).toBe('constructor');
  });

  test('name the family of an alert', () => {
    expect(alertLabel('rule.rmssd_drop')).toBe('HRV far below the usual');
    expect(alertLabel('silence.oura')).toBe('No data from Oura');
    expect(alertLabel('mode.reflex')).toBe('Reflex mode');
    expect(alertLabel('pipeline.stalled')).toBe('Pipeline stalled');
  });

  test('name the device of a reading', () => {
    const reading = { source: 'oura', device_id: 'ring_7', context: 'sleep', statistic: 'average' };
    expect(readingOrigin(reading)).toBe('Oura (ring_7), asleep, mean');
    expect(readingOrigin({ source: 'acme', context: 'unknown' })).toBe('acme');
  });
});
