import { expect, test } from 'vitest';
import { alertQuerySchema, formatCursor } from './alert-query.ts';

test('a cursor comes back as it went out', () => {
  const cursor = { openedAt: 1_763_622_000_123, alertId: 'c'.repeat(32) };
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
  { cursor: formatCursor({ openedAt: -1, alertId: 'c'.repeat(32) }) },
  { user_id: '' },
  { user_id: ['a', 'b'] },
  { sort: 'asc' },
])('refuses %o', (query) => {
  expect(alertQuerySchema.safeParse(query).success).toBe(false);
});
