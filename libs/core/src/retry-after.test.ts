import { expect, test } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const now = Date.UTC(2026, 10, 20, 12);

test.each([
  ['7', 7_000],
  ['0', 0],
  ['-5', -5_000],
  ['Fri, 20 Nov 2026 12:00:30 GMT', 30_000],
  ['Fri, 20 Nov 2026 11:59:30 GMT', -30_000],
  [String(now / 1_000 + 5), 5_000],
  ['soon', undefined],
  [' ', undefined],
  [null, undefined],
  [undefined, undefined],
])('%s asks for %s ms', (header, expected) => {
  expect(retryAfterMs(header, now)).toBe(expected);
});
