import { describe, expect, test } from 'vitest';
import { utcField } from './fields.ts';

describe('a time in UTC', () => {
  test.each(['2026-02-28T23:59:59Z', '2024-02-29T00:00:00.000Z', '2026-12-31T12:30:00.123456789Z'])(
    'may be %s',
    (text) => {
      expect(utcField.parse(text)).toBe(text);
    },
  );

  test.each([
    '2026-02-30T25:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:60Z',
  ])('may not be %s, which does not exist', (text) => {
    expect(utcField.safeParse(text).error?.issues).toMatchObject([
      { message: 'must be a day and a time that exist' },
    ]);
  });

  test.each(['2026-01-01', '2026-01-01T00:00:00+01:00', '', 'x'])(
    'of another form is one fault: "%s"',
    (text) => {
      expect(utcField.safeParse(text).error?.issues).toMatchObject([{ message: 'must be RFC 3339 in UTC' }]);
    },
  );
});
