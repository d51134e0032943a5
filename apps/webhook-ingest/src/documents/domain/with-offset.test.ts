import { expect, it } from 'vitest';
import { withOffset } from './with-offset.ts';

it.each([
  [0, '2026-07-06T00:45:00.000+00:00'],
  [undefined, '2026-07-06T00:45:00.000Z'],
  [345, '2026-07-06T06:30:00.000+05:45'],
  [-210, '2026-07-05T21:15:00.000-03:30'],
  [-600, '2026-07-05T14:45:00.000-10:00'],
])('%s minutes east of UTC it is %s', (offset, text) => {
  expect(withOffset(Date.parse('2026-07-06T00:45:00Z'), offset)).toBe(text);
  expect(Date.parse(text)).toBe(Date.parse('2026-07-06T00:45:00Z'));
});
