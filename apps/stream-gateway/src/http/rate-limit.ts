import { principalOf } from '@bridge/auth';
import { problem } from '@bridge/service-runtime';
import type { RequestHandler, Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

const windowSeconds = 60;

/**
 * One budget for each key, whatever it asks for; kept in this process, so replicas add up. Comes after `requireScope`. Every answer
 * says what is left: https://www.ietf.org/archive/id/draft-ietf-httpapi-ratelimit-headers-09.html
 * @param perMinute Requests of one key in a minute; more are answered 429.
 */
export function limitRate(perMinute: number): RequestHandler {
  const budgets = new RateLimiterMemory({ points: perMinute, duration: windowSeconds });
  return async function checkRate(_req, res, next) {
    res.setHeader('RateLimit-Policy', `"key";q=${perMinute};w=${windowSeconds}`);
    try {
      announce(res, await budgets.consume(principalOf(res).keyId));
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      const retryAfterSeconds = announce(res, refused);
      problem(res, { status: 429, detail: 'This key asks too often.', retryAfterSeconds });
      return;
    }
    next();
  };
}

/** Returns the seconds until the budget is whole again. */
function announce(res: Response, { remainingPoints, msBeforeNext }: RateLimiterRes): number {
  const seconds = Math.max(1, Math.ceil(msBeforeNext / 1_000));
  res.setHeader('RateLimit', `"key";r=${Math.max(0, remainingPoints)};t=${seconds}`);
  return seconds;
}
