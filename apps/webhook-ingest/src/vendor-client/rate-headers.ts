import { retryAfterMs as pauseOf } from '@bridge/core';
import type { Limit } from '../vendors/vendor-definition.ts';

/** Reads one header; undefined or null when it is missing. */
type Headers = (name: string) => string | null | undefined;

const defaultDelayMs = 60_000;
const longestDelayMs = 86_400_000;

/**
 * How long a vendor wants to be left alone: `Retry-After` in seconds or as a date, else `X-RateLimit-Reset`, else a
 * minute. In milliseconds, from a second to a day.
 */
export function retryAfterMs(header: Headers, nowMs: number): number {
  const delay = pauseOf(header('retry-after'), nowMs) ?? pauseOf(header('x-ratelimit-reset'), nowMs);
  return Math.min(longestDelayMs, Math.max(1_000, delay ?? defaultDelayMs));
}

/** The answer used up what the vendor grants: how long until there is more. Undefined while something is left. */
export function exhaustedForMs(header: Headers, nowMs: number): number | undefined {
  const remaining = header('x-ratelimit-remaining');
  if (remaining === null || remaining === undefined || remaining.trim() === '') return undefined;
  return Number(remaining) <= 0 ? retryAfterMs(header, nowMs) : undefined;
}

/**
 * The headers speak of one person's token and not of the application. A vendor may have limits of both and name which in
 * `X-RateLimit-Tier`; whatever does not clearly name a token counts as the application's.
 */
export function isOfToken(header: Headers): boolean {
  return /token|user/i.test(header('x-ratelimit-tier') ?? '');
}

/**
 * The limits that an answer states: `100, 100;window=60, 10000;window=86400`, or a number with its window in seconds in a
 * header of its own. Empty where it states none that can be read.
 */
export function statedLimits(header: Headers): Limit[] {
  const stated = (header('x-ratelimit-limit') ?? '').split(',');
  const withWindows = stated.flatMap((one) => {
    const match = /^\s*(\d{1,9})\s*;\s*(?:window|w)=(\d{1,9})\s*$/.exec(one);
    return match === null ? [] : limitOf(match[1], match[2]);
  });
  return withWindows.length > 0 ? withWindows : limitOf(stated[0], header('x-ratelimit-window'));
}

function limitOf(requests: string | undefined, seconds: string | null | undefined): Limit[] {
  const limit = { requests: Number(requests ?? ''), windowMs: Number(seconds ?? '') * 1_000 };
  const isLimit = Number.isInteger(limit.requests) && limit.requests > 0 && limit.windowMs > 0;
  return isLimit ? [limit] : [];
}
