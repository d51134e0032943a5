import { expect, test } from 'vitest';
import { alertQuerySchema, formatCursor } from './alert-query.ts';

// A partner's clock may say 1960.
test.each([1_763_622_000_123, -315_619_200_000])('a cursor at %i comes back as it went out', (openedAt) => {
  const cursor = { openedAt, alertId: 'c'.repeat(32) };
  expect(alertQuerySchema.parse({ cursor: formatCursor(cursor) })).toEqual({ limit: 100, cursor });
});

test('a status may be named once or several times', () => {
  expect(alertQuerySchema.parse({ status: 'firing' }).status).toEqual(['firing']);
  expect(alertQuerySchema.parse({ status: ['firing', 'unconfirmed'] }).status).toEqual([
    'firing',
    'unconfirmed',
  ]);
});

test.each([
  { limit: '0' },
  { limit: '501' },
  { limit: 'ten' },
  { status: 'open' },
  { status: ['firing', 'open'] },
  { status: { gt: 'firing' } },
  { cursor: 'x' },
  { cursor: formatCursor({ openedAt: 0.5, alertId: 'c'.repeat(32) }) },
  { user_id: '' },
  { user_id: ['a', 'b'] },
  { sort: 'asc' },
])('refuses %o', (query) => {
  expect(alertQuerySchema.safeParse(query).success).toBe(false);
});
