import { describe, expect, it } from 'vitest';
import { hoursAt } from './day-hours.ts';

const ms = (text: string) => Date.parse(text);
const night = { from: '22:00', to: '07:00' };
const early = { from: '01:30', to: '02:30' };
const berlin = 'Europe/Berlin';

describe('hours of the day', () => {
  it.each([
    // A time within the hours lasts until they end, one outside until they begin.
    ['before they begin', night, 'UTC', '2027-03-10T21:59:59.999Z', false, '2027-03-10T22:00:00Z'],
    ['at their begin', night, 'UTC', '2027-03-10T22:00:00Z', true, '2027-03-11T07:00:00Z'],
    ['after midnight', night, 'UTC', '2027-03-11T06:59:59.999Z', true, '2027-03-11T07:00:00Z'],
    ['at their end', night, 'UTC', '2027-03-11T07:00:00Z', false, '2027-03-11T22:00:00Z'],
    ['within a day', early, 'UTC', '2027-03-11T01:30:00Z', true, '2027-03-11T02:30:00Z'],
    ['in a zone', night, 'Asia/Kolkata', '2027-03-10T16:30:00Z', true, '2027-03-11T01:30:00Z'],
    // Clocks in Berlin go from 02:00 to 03:00 on 2027-03-28, and from 03:00 back to 02:00 on 2027-10-31.
    ['a night of nine hours less one', night, berlin, '2027-03-27T21:00:00Z', true, '2027-03-28T05:00:00Z'],
    ['a night of nine hours and one', night, berlin, '2027-10-30T20:00:00Z', true, '2027-10-31T06:00:00Z'],
    ['an end that is skipped', early, berlin, '2027-03-28T00:45:00Z', true, '2027-03-28T01:30:00Z'],
    ['an end that comes twice', early, berlin, '2027-10-31T00:29:59Z', true, '2027-10-31T00:30:00Z'],
    ['its second time', early, berlin, '2027-10-31T01:15:00Z', false, '2027-11-01T00:30:00Z'],
    [
      'hours that are skipped',
      { from: '02:45', to: '03:10' },
      berlin,
      '2027-03-28T01:20:00Z',
      false,
      '2027-03-29T00:45:00Z',
    ],
  ])('%s', (_what, hours, zone, at, isInside, until) => {
    expect(hoursAt(hours, zone, ms(at))).toEqual({ isInside, until: ms(until) });
  });

  it('change at the time that they name, on every hour of a year with its jumps', () => {
    for (const hours of [night, early, { from: '00:00', to: '23:59' }]) {
      for (let at = ms('2027-01-01T00:00:00Z'); at < ms('2028-01-01T00:00:00Z');) {
        const { isInside, until } = hoursAt(hours, 'America/New_York', at);
        expect(until - at).toBeGreaterThan(0);
        expect(until - at).toBeLessThanOrEqual(25 * 3_600_000);
        expect(hoursAt(hours, 'America/New_York', until - 1)).toEqual({ isInside, until });
        at = until;
        expect(hoursAt(hours, 'America/New_York', at).isInside).toBe(!isInside);
      }
    }
  });
});
