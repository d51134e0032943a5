import { expect, test } from 'vitest';
import { alertQuerySchema } from './alert-query.ts';

const cursorOf = (end: string) => Buffer.from(end).toString('base64url');

test.each(['1763622000123', '-315619200000'])('a cursor holds a time such as %s and an id', (time) => {
  const id = 'c'.repeat(32);
  const { limit, cursor } = alertQuerySchema.parse({ cursor: cursorOf(`${time}/${id}`) });
  expect([limit, cursor?.slice(1)]).toEqual([100, [time, id]]);
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
  { cursor: cursorOf(`0.5/${'c'.repeat(32)}`) },
  { user_id: '' },
  { user_id: ['a', 'b'] },
  { sort: 'asc' },
])('refuses %o', (query) => {
  expect(alertQuerySchema.safeParse(query).success).toBe(false);
});
