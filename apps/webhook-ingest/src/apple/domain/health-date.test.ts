import { parseTimestamp } from '@bridge/contracts';
import { expect, it } from 'vitest';
import { parseHealthDate } from './health-date.ts';

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

it.each(['2026-07-06', '2026-07-06 14:30:00', '13:00', '2026-07-06 13:00:00 PM +0000', '', 7, null])(
  'refuses %j',
  (text) => expect(parseHealthDate(text)).toBeUndefined(),
);

it('tells the two hours of a night that has one hour twice by their offsets', () => {
  const [summer, winter] = ['2026-10-25 02:30:00 +0200', '2026-10-25 02:30:00 +0100'].map((text) =>
    parseTimestamp(parseHealthDate(text) ?? ''),
  );
  expect((winter?.epochMs ?? 0) - (summer?.epochMs ?? 0)).toBe(3_600_000);
});
