import { describe, expect, test } from 'vitest';
import { ago, bothMoments, clock, moment, spanOf } from './time.ts';
import { count, duration, shownValue, span, valueText } from './value.ts';

const at = '2026-03-01T22:30:00Z';
const now = Date.parse('2026-03-01T23:00:00Z');
const later = (seconds: number) => ago(at, Date.parse(at) + seconds * 1_000, 'UTC');

describe('times', () => {
  test('say how long ago, and from a week on the day', () => {
    expect([3, 59, 60, 3_599, 7_200, 86_400, 3 * 86_400].map(later)).toEqual([
      'just now',
      '59 s ago',
      '1 min ago',
      '59 min ago',
      '2 h ago',
      'yesterday',
      '3 days ago',
    ]);
    expect(later(8 * 86_400)).toBe('on 1 Mar 2026');
    expect(later(-7_200)).toBe('on 1 Mar 2026, 22:30');
    expect(ago('soon', now, 'UTC')).toBe('at an unknown time');
  });

  test('name both zones where they differ', () => {
    const zones = { person: 'Asia/Tokyo', viewer: 'Europe/Berlin' };
    expect(bothMoments(at, zones)).toBe(
      "Mon, 2 Mar 2026, 07:30 (Asia/Tokyo, the person's zone); Sun, 1 Mar 2026, 23:30 (Europe/Berlin, yours)",
    );
  });

  test('name one zone where both say the same, and where the person has none', () => {
    const zones = { person: 'Europe/Paris', viewer: 'Europe/Berlin' };
    expect(bothMoments(at, zones)).toBe('Sun, 1 Mar 2026, 23:30 (Europe/Paris)');
    expect(bothMoments(at, { viewer: 'UTC' })).toBe('Sun, 1 Mar 2026, 22:30 (UTC)');
    expect(bothMoments(at, { person: 'Mars/Base', viewer: 'UTC' })).toBe('Sun, 1 Mar 2026, 22:30 (UTC)');
  });

  test('are written the same way in every zone', () => {
    expect(clock('2026-03-01T00:05:00Z', 'UTC')).toBe('00:05');
    expect(moment('never', 'UTC')).toBe('?, ?, ?');
  });

  test('span from one end to the other', () => {
    expect(spanOf('1w', now)).toEqual({ from: '2026-02-22T23:00:00.000Z', to: '2026-03-01T23:00:00.000Z' });
  });
});

describe('values', () => {
  test('have the unit that people know', () => {
    expect(shownValue('heart_rate', 61, '/min')).toEqual({ value: '61', unit: 'bpm' });
    expect(valueText('body_temperature', 36.64, 'Cel')).toBe('36.6 °C');
    expect(valueText('stress_level', 0.456, '1')).toBe('0.46');
    expect(valueText('steps', 12_345, '{steps}')).toBe('12,345');
    expect(valueText('partner_metric', 3, '{points}')).toBe('3 points');
  });

  test('show seconds as hours and minutes', () => {
    expect(valueText('sleep_duration', 27_060, 's')).toBe('7 h 31 min');
    expect([1_800, 7_200].map(duration)).toEqual(['30 min', '2 h']);
    expect([4, 600, 200_000].map(span)).toEqual(['4 s', '10 min', '2 days']);
  });

  test('count one and many', () => {
    expect([count(1, 'person', 'people'), count(10_000, 'person', 'people')]).toEqual([
      '1 person',
      '10,000 people',
    ]);
  });
});
