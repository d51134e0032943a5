import { describe, expect, it } from 'vitest';
import { instantParameter } from './read-query.ts';

describe('an instant in a query', () => {
  it.each([
    ['2026-11-20T07:00:00Z', Date.UTC(2026, 10, 20, 7)],
    ['2026-11-20T07:00:00+01:00', Date.UTC(2026, 10, 20, 6)],
    ['2026-11-20T07:00:00.250Z', Date.UTC(2026, 10, 20, 7) + 250],
  ])('is %s', (text, at) => {
    expect(instantParameter.parse(text)).toBe(at);
  });

  it.each([
    '2026-11-20',
    '2026-11-20T07:00:00',
    '2026-02-30T07:00:00Z',
    '2026-11-20T07:00:00 01:00',
    'x',
    '',
  ])('is never %j', (text) => {
    expect(instantParameter.safeParse(text).success).toBe(false);
  });
});
