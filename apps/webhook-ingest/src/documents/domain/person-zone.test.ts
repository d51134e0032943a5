import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayTime, unknownZone, withOffsets, withProfile, type PersonZone } from './person-zone.ts';
import { withOffset } from './with-offset.ts';

const arrivalMs = Date.parse('2026-03-02T08:00:00Z');
const at = (minutes: number): PersonZone => ({ offset: { minutes, atMs: arrivalMs - 3_600_000 } });

function timeOf(day: string, zone: PersonZone, arrival = arrivalMs): string | undefined {
  const time = dayTime(day, zone, arrival);
  return time && withOffset(time.atMs, time.offsetMinutes);
}

describe('a day and no time', () => {
  it.each([
    [
      'in the zone of the profile',
      { timeZone: 'Europe/Berlin', ...at(540) },
      '2026-03-01T12:00:00.000+01:00',
    ],
    ['at the last real offset without a profile', at(540), '2026-03-01T12:00:00.000+09:00'],
    ['in UTC if nothing is known', unknownZone, '2026-03-01T12:00:00.000+00:00'],
    ['in summer time when the clocks are', { timeZone: 'Australia/Sydney' }, '2026-03-01T12:00:00.000+11:00'],
  ])('is noon %s', (_, zone, time) => {
    expect(timeOf('2026-03-01', zone)).toBe(time);
  });

  it('is its arrival while that noon is to come', () => {
    expect(timeOf('2026-03-02', { timeZone: 'Europe/London' })).toBe('2026-03-02T08:00:00.000+00:00');
    expect(timeOf('2026-03-02', { timeZone: 'Europe/Helsinki' })).toBe('2026-03-02T10:00:00.000+02:00');
    expect(timeOf('2026-03-02', { timeZone: 'Asia/Dubai' })).toBe('2026-03-02T12:00:00.000+04:00');
    expect(timeOf('2026-03-02', { timeZone: 'Asia/Tokyo' })).toBe('2026-03-02T12:00:00.000+09:00');
  });

  const aucklandMorning = Date.parse('2026-03-02T07:30:00+13:00');
  it.each([
    ['nothing is known', unknownZone, '2026-03-02T00:00:00.000+05:30'],
    [
      'the profile is of home and the last offset is not',
      { timeZone: 'Europe/Berlin', ...at(780) },
      '2026-03-02T07:30:00.000+13:00',
    ],
    [
      'all that is known is of home',
      { timeZone: 'Europe/Berlin', ...at(60) },
      '2026-03-02T00:00:00.000+05:30',
    ],
  ])('that has not begun at home lies on its day all the same, if %s', (_, zone, time) => {
    expect(timeOf('2026-03-02', zone, aucklandMorning)).toBe(time);
  });

  it('that has begun nowhere is none, and so is what is no day', () => {
    expect(timeOf('2026-03-03', unknownZone, Date.parse('2026-03-02T10:00:00Z'))).toBe(
      '2026-03-03T00:00:00.000+14:00',
    );
    expect(timeOf('2026-03-03', unknownZone, Date.parse('2026-03-02T09:59:59Z'))).toBeUndefined();
    expect(timeOf('2026-02-30', unknownZone)).toBeUndefined();
  });

  it('is never later than its arrival and always of that day on its own clock, wherever the person is', () => {
    const zones = fc.record({
      timeZone: fc.option(fc.constantFrom('Pacific/Auckland', 'Asia/Kolkata', 'America/Los_Angeles', 'UTC'), {
        nil: undefined,
      }),
      offset: fc.option(
        fc.record({
          minutes: fc.integer({ min: -56, max: 56 }).map((quarters) => quarters * 15),
          atMs: fc.nat(),
        }),
        { nil: undefined },
      ),
    });
    fc.assert(
      fc.property(zones, fc.integer({ min: -3_000, max: 14 * 60 }), (zone, minutesBeforeDay) => {
        const arrival = Date.parse('2026-03-02T00:00:00Z') - minutesBeforeDay * 60_000;
        const time = timeOf('2026-03-02', zone, arrival) ?? '';
        expect(time.slice(0, 10)).toBe('2026-03-02');
        expect(Date.parse(time)).toBeLessThanOrEqual(arrival);
      }),
    );
  });
});

describe('the last real offset', () => {
  const morning = '2026-03-02T07:00:00+01:00';

  it('is that of the newest time, in any order', () => {
    const times = ['2026-03-01T07:00:00-08:00', morning, '2026-02-28T07:00:00+09:00'];
    const expected = { minutes: 60, atMs: Date.parse(morning) };
    expect(withOffsets(unknownZone, times, arrivalMs).offset).toEqual(expected);
    expect(withOffsets(unknownZone, times.toReversed(), arrivalMs).offset).toEqual(expected);
    const [first, ...others] = times;
    expect(withOffsets(withOffsets(unknownZone, others, arrivalMs), [first ?? ''], arrivalMs).offset).toEqual(
      expected,
    );
  });

  it('counts in Greenwich and not in UTC', () => {
    expect(withOffsets(unknownZone, ['2026-03-02T07:00:00+00:00'], arrivalMs).offset?.minutes).toBe(0);
    for (const text of ['2026-03-02T07:00:00Z', '2026-03-02T07:00:00', '2026-03-02', 'yesterday'])
      expect(withOffsets(unknownZone, [text], arrivalMs)).toBe(unknownZone);
  });

  it('of a clock that runs ahead says nothing', () => {
    expect(withOffsets(unknownZone, ['2026-03-02T09:06:00+01:00'], arrivalMs)).toBe(unknownZone);
    expect(withOffsets(unknownZone, ['2026-03-02T09:04:00+01:00'], arrivalMs).offset?.minutes).toBe(60);
  });

  it('that is the same is not written again within the hour', () => {
    const zone = withOffsets(unknownZone, [morning], arrivalMs);
    expect(withOffsets(zone, ['2026-03-02T07:59:00+01:00'], arrivalMs)).toBe(zone);
    expect(withOffsets(zone, ['2026-03-02T08:00:00+01:00'], arrivalMs).offset?.atMs).toBe(
      Date.parse('2026-03-02T07:00:00Z'),
    );
    expect(withOffsets(zone, ['2026-03-02T07:01:00+02:00'], arrivalMs)).toBe(zone);
    expect(withOffsets(zone, ['2026-03-02T08:01:00+02:00'], arrivalMs).offset?.minutes).toBe(120);
  });
});

describe('a profile', () => {
  it('gives its zone and keeps the last offset', () => {
    expect(withProfile(at(60), { time_zone: 'Asia/Tokyo' })).toEqual({ ...at(60), timeZone: 'Asia/Tokyo' });
  });

  it('without a zone, or with the same, changes nothing', () => {
    const zone = { timeZone: 'Asia/Tokyo' };
    expect(withProfile(zone, { birth_year: 1980 })).toBe(zone);
    expect(withProfile(zone, { time_zone: 'Asia/Tokyo' })).toBe(zone);
  });
});
