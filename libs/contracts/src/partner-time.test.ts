import { expect, it } from 'vitest';
import { partnerTime } from './partner-time.ts';
import { parseTimestamp } from './timestamp.ts';

const epochMs = Date.parse('2026-11-20T12:00:00Z');

it.each([
  ['RFC 3339', '2026-11-20T12:00:00Z'],
  ['no seconds, as Java writes it when they are 0', '2026-11-20T12:00Z'],
  ['an offset without a colon', '2026-11-20T12:00:00+0000'],
  ['an offset of hours', '2026-11-20T14:00:00+02'],
  ['a space for T', '2026-11-20 12:00:00+00:00'],
  ['a space before the offset', '2026-11-20 07:00:00 -0500'],
  ['a zone in brackets', '2026-11-20T13:00:00+01:00[Europe/Berlin]'],
  ['UTC in brackets', '2026-11-20T12:00Z[UTC]'],
  ['UTC in letters', '2026-11-20 12:00:00 UTC'],
  ['a comma before the fraction', '2026-11-20T12:00:00,000Z'],
  ["a fraction of .NET's", '2026-11-20T12:00:00.0000000+00:00'],
  ['a fraction of twelve digits', '2026-11-20T12:00:00.000000000000Z'],
  ['epoch seconds', epochMs / 1000],
  ['epoch milliseconds', epochMs],
  ['epoch microseconds', epochMs * 1e3],
  ['epoch nanoseconds', epochMs * 1e6],
  ['epoch seconds as text', String(epochMs / 1000)],
  ['epoch milliseconds as text', String(epochMs)],
])('reads %s', (_what, given) => {
  const text = partnerTime(given) ?? '';
  expect(parseTimestamp(text)?.epochMs).toBe(epochMs);
  expect(parseTimestamp(text)?.offsetMinutes).not.toBe(undefined);
});

it('keeps the offset and the fraction', () => {
  expect(partnerTime('2026-11-20 14:00:00,25+02')).toBe('2026-11-20T14:00:00.25+02:00');
  expect(partnerTime(epochMs / 1000 + 0.25)).toBe('2026-11-20T12:00:00.250Z');
});

it.each(['2026-11-20T12:00', '2026-11-20 12:00:00', '2026-11-20T12:00:00.5'])(
  'leaves %s without an offset',
  (given) => {
    expect(parseTimestamp(partnerTime(given) ?? '')?.offsetMinutes).toBe(undefined);
  },
);

it.each([
  'yesterday',
  '2026-11-20',
  '2026-02-30T00:00Z',
  '2026-11-20T25:00Z',
  '20.11.2026 12:00',
  '2026-11-20T12:00:00[Europe/Berlin]',
  '2026-11-20T12:00:00+25',
  '12345678',
  20261120,
  -1,
  Number.NaN,
  Infinity,
])('reads no time in %s', (given) => {
  expect(partnerTime(given)).toBe(undefined);
});
