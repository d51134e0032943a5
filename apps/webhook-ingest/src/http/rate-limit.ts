import { clientNetwork, problem } from '@bridge/service-runtime';
import type { Request, RequestHandler, Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

export type RateLimitOptions = {
  /** Deliveries of one caller in a minute; more are answered 429. */
  readonly perCaller: number;
  /** 401s to one address in a minute; then it is answered 429 unread. */
  readonly refusalsPerAddress: number;
};

export type RateLimits = {
  /** Comes first. Vendors retry refused deliveries: a wrong secret must not cost a check for each of them. */
  readonly byAddress: RequestHandler;
  /** Comes after the check that identifies the caller. */
  readonly byCaller: (callerOf: (req: Request, res: Response) => string) => RequestHandler;
};

const minute = 60;

/** Limits of this process, kept in memory: replicas add up. */
export function createRateLimits({ perCaller, refusalsPerAddress }: RateLimitOptions): RateLimits {
  const callers = new RateLimiterMemory({ points: perCaller, duration: minute });
  const refusals = new RateLimiterMemory({ points: refusalsPerAddress, duration: minute });
  /** Until then somebody's refusals count, in ms since 1970; mostly nobody's do. */
  let refusedUntil = 0;

  return {
    byAddress: async (req, res, next) => {
      const address = clientNetwork(req.ip ?? '');
      const used = Date.now() < refusedUntil ? await refusals.get(address) : null;
      if (used !== null && used.consumedPoints >= refusalsPerAddress) {
        tooMany(res, used.msBeforeNext, 'Too many deliveries of this address were refused.');
        return;
      }
      res.once('finish', () => {
        if (res.statusCode !== 401) return;
        refusedUntil = Date.now() + minute * 1_000;
        void refusals.penalty(address);
      });
      next();
    },
    byCaller: (callerOf) => async (req, res, next) => {
      try {
        await callers.consume(callerOf(req, res));
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        tooMany(res, refused.msBeforeNext, 'Send less often, or several readings in one body.');
        return;
      }
      next();
    },
  };
}

function tooMany(res: Response, waitMs: number, detail: string): void {
  problem(res, { status: 429, detail, retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)) });
}
