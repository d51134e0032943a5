import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCalendar, dateOf, dayNumber, withZone, type Zone } from './calendar.ts';

const hourMs = 3_600_000;
const day = (date: string) => dayNumber(date);

describe('a calendar', () => {
  it("begins days at the person's midnight", () => {
    const berlin = createCalendar([[0, 'Europe/Berlin']]);
    expect(new Date(berlin.startOf(day('2026-07-01'))).toISOString()).toBe('2026-06-30T22:00:00.000Z');
    expect(new Date(berlin.startOf(day('2026-12-01'))).toISOString()).toBe('2026-11-30T23:00:00.000Z');
    expect(dateOf(berlin.dayOf(Date.parse('2026-06-30T22:00:00Z')))).toBe('2026-07-01');
  });

  it('has days of 23 and 25 hours where clocks change', () => {
    const { startOf } = createCalendar([[0, 'Europe/Berlin']]);
    const length = (date: string) => (startOf(day(date) + 1) - startOf(day(date))) / hourMs;
    expect([length('2026-03-29'), length('2026-10-25'), length('2026-05-01')]).toEqual([23, 25, 24]);
  });

  it('begins a day where clocks skip midnight', () => {
    const { startOf, dayOf } = createCalendar([[0, 'America/Santiago']]);
    const start = startOf(day('2026-09-06'));
    expect(new Date(start).toISOString()).toBe('2026-09-06T04:00:00.000Z');
    expect(dateOf(dayOf(start - 1))).toBe('2026-09-05');
  });

  it('leaves earlier days alone when a zone changes', () => {
    const before = createCalendar([[0, 60]]);
    const after = withZone(before, 100, 'America/Los_Angeles');
    expect(after.startOf(99)).toBe(before.startOf(99));
    expect(withZone(after, 101, 'America/Los_Angeles')).toBe(after);
  });

  const zone = fc.constantFrom<Zone>(
    'Europe/Berlin',
    'America/Santiago',
    'Pacific/Apia',
    'Asia/Kolkata',
    'UTC',
    -720,
    840,
    330,
  );

  it('has days without gaps or overlaps, whatever zones follow each other', () => {
    const changes = fc.array(fc.tuple(fc.integer({ min: 20_000, max: 20_400 }), zone), { maxLength: 4 });
    const times = fc.integer({ min: 19_999 * 24, max: 20_401 * 24 }).map((hours) => hours * hourMs);
    fc.assert(
      fc.property(zone, changes, times, (first, list, at) => {
        let calendar = createCalendar([[0, first]]);
        for (const [from, next] of list.toSorted(([a], [b]) => a - b))
          calendar = withZone(calendar, from, next);
        const { startOf, dayOf } = calendar;
        const own = dayOf(at);
        expect(startOf(own)).toBeLessThanOrEqual(at);
        expect(startOf(own + 1)).toBeGreaterThan(at);
      }),
    );
  });
});
