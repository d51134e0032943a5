import type { Query } from '@bridge/postgres';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Limit, Vendor } from '../vendors/vendor-definition.ts';

/** `live`: a document that a notice names. `history`: pulls and reconciliation, which leave a reserve for `live`. */
export type Purpose = 'live' | 'history';

export type Grant =
  { readonly isGranted: true } | { readonly isGranted: false; readonly retryAfterMs: number };

export type BudgetLeft = Limit & { readonly left: number };

/** Requests to one vendor, counted for all replicas together. */
export type RequestBudget = {
  /** One request. What was granted is spent, whether or not the request is made. */
  take(purpose: Purpose): Promise<Grant>;
  /** The vendor wants to be left alone for so long. */
  block(forMs: number): Promise<void>;
  /** What the vendor says its limits are; the new ones count from the next request on. */
  adopt(limits: readonly Limit[]): void;
  /** What is left of each limit in its window. */
  left(): Promise<readonly BudgetLeft[]>;
};

type Options = {
  readonly query: Query;
  readonly vendor: Vendor;
  readonly limits: readonly Limit[];
  readonly now: () => number;
};

type Window = { readonly limit: Limit; readonly limiter: RateLimiterPostgres };
type Bundle = { count: number; untilMs: number; taking: Promise<Grant> | undefined };

/** The part of each limit that history may not use. */
const reserve = 0.2;
const key = 'requests';
/** The vendor's window begins when a request arrives and ours when it is granted: ours ends so much later. */
const slackS = (seconds: number) => Math.min(1, seconds / 5);

/**
 * Counts in PostgreSQL: jobs can do nothing without it anyway, and a count that is lost with a cache would let more
 * through than the vendor grants. Points are taken in small bundles, so that a busy hour does not write a row for each
 * request; what a process took and did not use is lost with its window.
 */
export function createRequestBudget({ query, vendor, limits, now }: Options): RequestBudget {
  let windows = limits.map((limit) => createWindow(query, vendor, limit));
  const none = (): Bundle => ({ count: 0, untilMs: 0, taking: undefined });
  const taken: Record<Purpose, Bundle> = { live: none(), history: none() };

  async function takeBundle(purpose: Purpose): Promise<Grant> {
    const size = Math.max(1, Math.floor(Math.min(...windows.map(({ limit }) => limit.requests)) / 250));
    let untilMs = Number.POSITIVE_INFINITY;
    for (const { limit, limiter } of windows) {
      const before = purpose === 'live' ? null : await limiter.get(key);
      if (before !== null && before.consumedPoints + size > allowedFor(purpose, limit))
        return refusal(before);
      const after = await consume(limiter, size);
      if (after.consumedPoints > limit.requests) return refusal(after);
      untilMs = Math.min(untilMs, now() + after.msBeforeNext);
    }
    const own = taken[purpose];
    own.untilMs = own.count > 0 ? Math.min(own.untilMs, untilMs) : untilMs;
    own.count += size;
    return { isGranted: true };
  }

  return {
    async take(purpose) {
      const own = taken[purpose];
      for (;;) {
        if (now() >= own.untilMs) own.count = 0;
        if (own.count > 0) {
          own.count -= 1;
          return { isGranted: true };
        }
        // Whoever finds none takes a bundle, and the others wait for it.
        own.taking ??= takeBundle(purpose).finally(() => (own.taking = undefined));
        const grant = await own.taking;
        if (!grant.isGranted) return grant;
      }
    },
    async block(forMs) {
      for (const own of Object.values(taken)) own.count = 0;
      await windows[0]?.limiter.block(key, Math.ceil(forMs / 1_000));
    },
    adopt(stated) {
      const isNew =
        stated.length > 0 && JSON.stringify(stated) !== JSON.stringify(windows.map(({ limit }) => limit));
      if (isNew) windows = stated.map((limit) => createWindow(query, vendor, limit));
    },
    left: () =>
      Promise.all(
        windows.map(async ({ limit, limiter }) => {
          const spent = (await limiter.get(key))?.consumedPoints ?? 0;
          return { ...limit, left: Math.max(0, limit.requests - spent) };
        }),
      ),
  };
}

function allowedFor(purpose: Purpose, { requests }: Limit): number {
  return purpose === 'live' ? requests : Math.floor(requests * (1 - reserve));
}

function createWindow(query: Query, vendor: Vendor, limit: Limit): Window {
  const seconds = limit.windowMs / 1_000;
  const limiter = new RateLimiterPostgres({
    storeClient: {
      query: async ({ text, values }: { text: string; values: unknown[] }) => {
        const rows = await query(text, values);
        return { rows, rowCount: rows.length };
      },
    },
    storeType: 'client',
    schemaName: 'ingest',
    tableName: 'request_budgets',
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix: `${vendor}/${String(seconds)}`,
    points: limit.requests,
    duration: seconds + slackS(seconds),
  });
  return { limit, limiter };
}

/** The library throws its answer when it is a no. */
async function consume(limiter: RateLimiterPostgres, points: number): Promise<RateLimiterRes> {
  try {
    return await limiter.consume(key, points);
  } catch (answer) {
    if (answer instanceof RateLimiterRes) return answer;
    throw answer;
  }
}

function refusal({ msBeforeNext }: RateLimiterRes): Grant {
  return { isGranted: false, retryAfterMs: Math.max(250, msBeforeNext) };
}
