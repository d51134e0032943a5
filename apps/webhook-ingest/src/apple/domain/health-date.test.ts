import { parseTimestamp } from '@bridge/contracts';
import { expect, it } from 'vitest';
import { parseHealthDate, parseHealthDay } from './health-date.ts';

it.each([
  ['2026-07-06 14:30:00 -0300', '2026-07-06T14:30:00-03:00'],
  ['2026-07-06 2:30:00 PM -0300', '2026-07-06T14:30:00-03:00'],
  ['2026-07-06 2:30:00\u202fPM -0300', '2026-07-06T14:30:00-03:00'],
  ['2026-07-06 2:30:00\u00a0pm -0300', '2026-07-06T14:30:00-03:00'],
  ['2026-07-06 2:30:00 p.m. -0300', '2026-07-06T14:30:00-03:00'],
  ['2026-07-06 12:00:00 AM +0000', '2026-07-06T00:00:00+00:00'],
  ['2026-07-06 12:59:59 PM +0545', '2026-07-06T12:59:59+05:45'],
  ['2026-07-06T14:30:00.250Z', '2026-07-06T14:30:00.250Z'],
])('reads %j', (text, expected) => expect(parseHealthDate(text)).toBe(expected));

it.each([
  ['Spanish', '2026-07-06 2:30:00 p.\u00a0m. -0300'],
  ['Chinese, before the time', '2026-07-06 下午2:30:00 -0300'],
  ['Korean, before the time', '2026-07-06 오후 2:30:00 -0300'],
  ['Japanese', '2026-07-06 午後2:30:00 -0300'],
  ['Arabic', '2026-07-06 2:30:00 م -0300'],
  ['Arabic, in its digits', '٢٠٢٦-٠٧-٠٦ ٢:٣٠:٠٠ م -٠٣٠٠'],
  ['Arabic, with marks of direction', '\u200f2026-07-06 2:30:00 م \u200e-0300'],
  ['Persian digits', '۲۰۲۶-۰۷-۰۶ ۱۴:۳۰:۰۰ -۰۳۰۰'],
  ['Devanagari digits', '२०२६-०७-०६ १४:३०:०० -०३००'],
  ['full-width digits', '２０２６-０７-０６ １４:３０:００ -0300'],
  ['Greek', '2026-07-06 2:30:00 μ.μ. -0300'],
  ['Hungarian', '2026-07-06 du. 2:30:00 -0300'],
  ['Swedish', '2026-07-06 2:30:00 em -0300'],
  ['Turkish', '2026-07-06 ÖS 2:30:00 -0300'],
  ['Vietnamese', '2026-07-06 2:30:00 CH -0300'],
  ['the Buddhist calendar', '2569-07-06 14:30:00 -0300'],
  ['the Persian calendar and digits', '۱۴۰۵-۰۴-۱۵ ۱۴:۳۰:۰۰ -۰۳۰۰'],
  ['the calendar of Umm al-Qura', '1448-01-21 2:30:00 م -0300'],
  ['the Japanese calendar', '0008-07-06 14:30:00 -0300'],
  ['the Japanese calendar, short', '8-07-06 午後2:30:00 -0300'],
  ['the calendar of Minguo', '0115-07-06 下午2:30:00 -0300'],
  ['a minus sign', '2026-07-06 14:30:00 \u22120300'],
  ['slashes', '2026/07/06 14:30:00 -0300'],
  ['dots, the day first', '06.07.2026 14:30:00 -0300'],
  ['dots in the time', '2026-07-06 14.30.00 -0300'],
  ['no seconds', '2026-07-06 14:30 -0300'],
  ['no seconds, and T', '2026-07-06T14:30-03:00'],
  ['a short offset', '2026-07-06 14:30:00 -03'],
  ['an offset from GMT', '2026-07-06 14:30:00 GMT-3'],
  ['a zone in brackets', '2026-07-06T14:30-03:00[America/Sao_Paulo]'],
  ['the form of mail', 'Mon, 06 Jul 2026 14:30:00 -0300'],
  ['the form of Shortcuts', 'Jul 6, 2026 at 2:30\u202fPM -0300'],
])('reads a date in %s', (_, text) => expect(parseHealthDate(text)).toBe('2026-07-06T14:30:00-03:00'));

it.each([
  ['GMT', '2026-07-06 14:30:00 GMT'],
  ['UTC without seconds', '2026/07/06 14:30 UTC'],
  ['slashes, in the one order that it can have', '30/06/2026 14:30:00 Z', '2026-06-30T14:30:00Z'],
  ['slashes, in the other', '6/30/2026, 2:30:00 PM GMT', '2026-06-30T14:30:00Z'],
  ['seconds', 1_783_348_200, '2026-07-06T14:30:00.000Z'],
  ['milliseconds', 1_783_348_200_000, '2026-07-06T14:30:00.000Z'],
  ['seconds as a text', '1783348200', '2026-07-06T14:30:00.000Z'],
  ["Apple's seconds since 2001", 805_041_000, '2026-07-06T14:30:00.000Z'],
  ['a comma in the seconds', '2026-07-06T14:30:00,25Z', '2026-07-06T14:30:00.25Z'],
])('reads a time in %s', (_, text, expected = '2026-07-06T14:30:00Z') =>
  expect(parseHealthDate(text)).toBe(expected),
);

it.each([
  '2026-07-06',
  '2026-07-06 14:30:00',
  '13:00',
  '2026-07-06 13:00:00 PM +0000',
  '2026-07-06 2:30:00 brunch +0000',
  '',
  7,
  -1_783_348_200,
  NaN,
  null,
  // The sixth of July or the seventh of June.
  '07/06/2026 14:30:00 +0000',
  // A name that several zones share.
  '2026-07-06 14:30:00 IST',
  '1405-13-01 14:30:00 +0000',
  '1405-12-31 14:30:00 +0000',
  // Years of no calendar that phones have.
  '0043-05-22 14:30:00 +0000',
  '5786-10-21 14:30:00 +0000',
  '9999-01-01 14:30:00 +0000',
  `2026-07-06 ${' '.repeat(5_000)}14:30:00 +0000`,
])('refuses %j', (text) => expect(parseHealthDate(text)).toBeUndefined());

it.each(['2026-07-06', '۲۰۲۶-۰۷-۰۶', '2026/07/06', '2569-07-06', '2026-07-06 02:00:00 +0000'])(
  'reads the day of %j',
  (text) => expect(parseHealthDay(text)).toBe('2026-07-06'),
);

/** The day as a phone with this calendar counts it, in a format of numbers. */
function dayIn(calendar: string): string {
  const format = new Intl.DateTimeFormat(`en-u-ca-${calendar}-nu-latn`, {
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', timeZone: 'UTC' },
  });
  const parts = new Map(format.formatToParts(Date.UTC(2026, 6, 6)).map(({ type, value }) => [type, value]));
  return `${parts.get('year') ?? '43'}-${parts.get('month') ?? ''}-${parts.get('day') ?? ''}`;
}

const days = Object.fromEntries(
  Intl.supportedValuesOf('calendar').map((calendar) => [
    calendar,
    parseHealthDay(`${dayIn(calendar)} 14:30:00 +0000`),
  ]),
);

it('reads the day of every calendar, or refuses it', () => {
  const right = '2026-07-06';
  const read = 'gregory iso8601 buddhist coptic ethioaa indian islamic-umalqura japanese persian roc'.split(
    ' ',
  );
  for (const calendar of read) expect([calendar, days[calendar]]).toEqual([calendar, right]);
  // Their months have names, or their years are counted by sixties.
  for (const calendar of ['hebrew', 'chinese', 'dangi']) expect(days[calendar]).toBeUndefined();
  // Years that are also common ones: data that old is left out.
  expect(days['ethiopic']).toBe('2018-10-29');
  // Calendars of the same years as that of Umm al-Qura, by a day or two.
  for (const calendar of ['islamic', 'islamic-civil', 'islamic-rgsa', 'islamic-tbla'])
    expect(days[calendar]).toMatch(/^2026-07-0[4-8]$/);
  expect(Object.keys(days).length).toBeGreaterThan(15);
});

it('converts any day of any year of a calendar in bounded time', () => {
  const begun = performance.now();
  for (let year = 1; year < 3_000; year += 1)
    for (let day = 1; day < 32; day += 1) parseHealthDate(`${year}-1${day % 4}-${day} 1:00 GMT`);
  expect(performance.now() - begun).toBeLessThan(20_000);
});

it('tells the two hours of a night that has one hour twice by their offsets', () => {
  const [summer, winter] = ['2026-10-25 02:30:00 +0200', '2026-10-25 02:30:00 +0100'].map((text) =>
    parseTimestamp(parseHealthDate(text) ?? ''),
  );
  expect((winter?.epochMs ?? 0) - (summer?.epochMs ?? 0)).toBe(3_600_000);
});
