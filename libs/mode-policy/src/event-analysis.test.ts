import type { BiometricEvent } from '@bridge/contracts';
import { expect, it } from 'vitest';
import {
  day,
  eventOf,
  hour,
  minute,
  noon,
  rules,
  type EventOptions,
  type Values,
} from '../test/policy-story.ts';
import { analysisOf, describeAnalysis } from './event-analysis.ts';
import { signalsOf } from './signals.ts';

const analysed = (event: BiometricEvent) => analysisOf(event, signalsOf(event, rules));

it.each<[string, Values, EventOptions, string]>([
  ['two signals', { heart_rate: 70, hrv_rmssd: 50 }, {}, 'analysis    oura: 2 signals'],
  [
    'counts of steps, and flags',
    { steps: 900 },
    { source: 'apple', over: hour, flags: ['no_offset', 'time_assumed'] },
    'analysis    apple: 0 signals; 1 count of steps; flags: no_offset, time_assumed',
  ],
  [
    'a metric that no rule reads',
    { heart_rate: 70, active_energy: 20 },
    {},
    'analysis    oura: 1 signal\nno signal   active_energy: no rule reads this metric',
  ],
  [
    'a maximum',
    { heart_rate: 170 },
    { statistic: 'maximum' },
    'analysis    oura: 0 signals\nno signal   heart_rate: rules read samples, averages and medians of it',
  ],
  [
    'a mean over a day',
    { heart_rate: 70 },
    { statistic: 'average', over: day },
    'analysis    oura: 0 signals\nno signal   heart_rate: a mean over so long a time is no live reading',
  ],
  [
    'the steps of a workout',
    { steps: 900 },
    { type: 'workout', over: hour },
    'analysis    oura: 0 signals\nno signal   steps: steps of an activity are among those of its day',
  ],
  [
    'a mean of steps',
    { steps: 900 },
    { statistic: 'average', over: hour },
    'analysis    oura: 0 signals\nno signal   steps: rules read samples, averages and medians of it',
  ],
  [
    'an old reading',
    { heart_rate: 70 },
    { ago: 401 * day },
    'analysis    oura: 0 signals\nno signal   heart_rate: rules and daily values do not look back so far',
  ],
  ['a delete', {}, { object: 'o', version: 2, operation: 'delete' }, 'analysis    oura: 0 signals'],
])('describes %s', (_, values, options, text) => {
  expect(describeAnalysis(analysed(eventOf(noon, values, options)))).toBe(text);
});

it('counts what is no signal by metric and reason, however many readings there are', () => {
  const at = (one: number) => new Date(noon - one * minute).toISOString();
  const pulses = Array.from({ length: 1_000 }, (_, one) => {
    const statistic = one % 2 === 0 ? ('maximum' as const) : ('minimum' as const);
    return { metric: 'heart_rate' as const, value: 60, unit: '/min', statistic, end: at(one) };
  });
  const unreadable = { metric: 'spo2' as const, value: 97, unit: '%', end: 'noon' };
  const counts = [1, 2].map((value) => {
    return { metric: 'steps' as const, value, unit: '{steps}', start: at(2 * value), end: at(2 * value - 1) };
  });
  const found = analysed(eventOf(noon, {}, { readings: [...pulses, unreadable, ...counts] }));
  expect(found.unused).toEqual([
    { metric: 'heart_rate', reason: 'statistic', count: 1_000 },
    { metric: 'spo2', reason: 'no_time', count: 1 },
  ]);
  expect(describeAnalysis(found)).toBe(
    [
      'analysis    oura: 0 signals; 2 counts of steps',
      'no signal   heart_rate, 1000 readings: rules read samples, averages and medians of it',
      'no signal   spo2: its time cannot be read',
    ].join('\n'),
  );
});
