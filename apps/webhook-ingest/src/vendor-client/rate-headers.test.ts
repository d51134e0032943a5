import { describe, expect, test } from 'vitest';
import { exhaustedForMs, isOfToken, retryAfterMs, statedLimits } from './rate-headers.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const headers = (given: Record<string, string>) => (name: string) => given[name];

describe('retryAfterMs', () => {
  test.each([
    ['seconds', { 'retry-after': '7' }, 7_000],
    ['a date', { 'retry-after': 'Fri, 20 Nov 2026 12:00:30 GMT' }, 30_000],
    ['a date that has passed', { 'retry-after': 'Fri, 20 Nov 2026 11:00:00 GMT' }, 1_000],
    ['zero', { 'retry-after': '0' }, 1_000],
    ['only a reset in seconds', { 'x-ratelimit-reset': '42' }, 42_000],
    ['only a reset as a time', { 'x-ratelimit-reset': String(now / 1000 + 5) }, 5_000],
    ['nonsense', { 'retry-after': 'soon' }, 60_000],
    ['nothing', {}, 60_000],
    ['a year', { 'retry-after': '31536000' }, 86_400_000],
  ])('%s', (_what, given, expected) => {
    expect(retryAfterMs(headers(given), now)).toBe(expected);
  });
});

describe('exhaustedForMs', () => {
  test('is undefined while something is left', () => {
    expect(exhaustedForMs(headers({ 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '9' }), now)).toBe(
      undefined,
    );
    expect(exhaustedForMs(headers({}), now)).toBe(undefined);
  });
  test('waits for the reset after the last request', () => {
    expect(exhaustedForMs(headers({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '9' }), now)).toBe(
      9_000,
    );
  });
});

test.each([
  ['application', false],
  ['token', true],
  ['access_token', true],
  ['gold', false],
])('a limit of the tier %s is of a token: %s', (tier, is) => {
  expect(isOfToken(headers({ 'x-ratelimit-tier': tier }))).toBe(is);
  expect(isOfToken(headers({}))).toBe(false);
});

describe('statedLimits', () => {
  test.each([
    [
      'WHOOP',
      { 'x-ratelimit-limit': '100, 100;window=60, 10000;window=86400' },
      [
        { requests: 100, windowMs: 60_000 },
        { requests: 10_000, windowMs: 86_400_000 },
      ],
    ],
    [
      'Oura',
      { 'x-ratelimit-limit': '5000', 'x-ratelimit-window': '300' },
      [{ requests: 5_000, windowMs: 300_000 }],
    ],
    ['no window', { 'x-ratelimit-limit': '5000' }, []],
    ['nothing', {}, []],
    ['nonsense', { 'x-ratelimit-limit': '-1;window=0', 'x-ratelimit-window': 'x' }, []],
  ])('%s', (_what, given, expected) => {
    expect(statedLimits(headers(given))).toEqual(expected);
  });
});
