import { describe, expect, it } from 'vitest';
import { halvesOf, nightCompleteness, nightKey } from './night-key.ts';

describe('the key of a sleep', () => {
  it.each([
    ['a night', '2026-07-05T23:00:00+02:00', '2026-07-06T07:00:00+02:00', '2026-07-06'],
    ['its start ten minutes later', '2026-07-05T23:10:00+02:00', '2026-07-06T07:00:00+02:00', '2026-07-06'],
    ['what is before midnight', '2026-07-05T23:00:00+02:00', '2026-07-05T23:59:59+02:00', '2026-07-06'],
    ['what ends at midnight', '2026-07-05T23:00:00+02:00', '2026-07-06T00:00:00+02:00', '2026-07-06'],
    ['what is after midnight', '2026-07-06T00:00:00+02:00', '2026-07-06T07:00:00+02:00', '2026-07-06'],
    ['a night that begins late', '2026-07-06T05:30:00+02:00', '2026-07-06T13:30:00+02:00', '2026-07-06'],
    ['a night that begins early', '2026-07-05T18:00:00+02:00', '2026-07-06T02:00:00+02:00', '2026-07-06'],
    ['the last night of a year', '2026-12-31T22:00:00Z', '2026-12-31T23:30:00Z', '2027-01-01'],
    ['a night into summer time', '2026-03-28T23:00:00+01:00', '2026-03-29T07:00:00+02:00', '2026-03-29'],
    ['a night into winter time', '2026-10-24T23:00:00+02:00', '2026-10-25T06:00:00+01:00', '2026-10-25'],
    ['a nap', '2026-07-06T14:10:00+02:00', '2026-07-06T14:40:00+02:00', '2026-07-06/14'],
    ['a second nap', '2026-07-06T17:00:00+02:00', '2026-07-06T17:30:00+02:00', '2026-07-06/16'],
    [
      'a sleep after a night at work',
      '2026-07-06T08:00:00-03:00',
      '2026-07-06T16:00:00-03:00',
      '2026-07-06/08',
    ],
  ])('of %s', (_, start, end, key) => {
    expect(nightKey(start, end)?.key).toBe(key);
  });

  it('is told with the midnight of a night by the clock of its end', () => {
    expect(nightKey('2026-03-28T23:00:00+01:00', '2026-03-29T07:00:00+02:00')?.midnightMs).toBe(
      Date.parse('2026-03-28T22:00:00Z'),
    );
    expect(nightKey('2026-07-06T14:00:00Z', '2026-07-06T15:00:00Z')?.midnightMs).toBeUndefined();
  });

  it('is none without times', () => {
    expect(nightKey('yesterday', '2026-07-06T07:00:00Z')).toBeUndefined();
    expect(nightKey('2026-07-06T07:00:00Z', 'today')).toBeUndefined();
  });
});

describe('how much of a night was told', () => {
  const midnight = 100;
  const stretch = (startMs: number, endMs: number) => ({ startMs, endMs });

  it('grows from the stretch across midnight to the evening, the morning and both', () => {
    const told = [
      [stretch(90, 110)],
      [stretch(80, 90), stretch(90, 110)],
      [stretch(90, 110), stretch(110, 120)],
      [stretch(80, 90), stretch(90, 110), stretch(110, 120)],
    ];
    expect(told.map((stretches) => nightCompleteness(stretches, midnight))).toEqual([0, 1, 2, 3]);
  });

  it('is all of a sum that lies on both sides', () => {
    const sums = [stretch(80, 100), stretch(100, 120), stretch(80, 120)];
    expect(sums.map((sum) => nightCompleteness(halvesOf(sum, midnight), midnight))).toEqual([1, 2, 3]);
  });
});
