import type { Query } from '@bridge/postgres';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { z } from 'zod';
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
  adopt(limits: readonly Limit[]): Promise<void>;
  /** What is left of each limit in its window. */
  left(): Promise<readonly BudgetLeft[]>;
};

type Options = {
  readonly query: Query;
  readonly vendor: Vendor;
  /** Those that the vendor publishes, until it has stated others. */
  readonly limits: readonly Limit[];
};

type Window = { readonly limit: Limit; readonly limiter: RateLimiterPostgres };
type Waiter = ReturnType<typeof Promise.withResolvers<Grant>>;
type Line = { waiting: Waiter[]; isServed: boolean };

/** The part of each limit that history may not use. */
const reserve = 0.2;
const key = 'requests';
/** The vendor's window begins when a request arrives and ours when it is granted: ours ends so much later. */
const slackS = (seconds: number) => Math.min(1, seconds / 5);

/**
 * Counts in PostgreSQL, where the limits stand that the vendor stated: jobs can do nothing without it anyway, and a count
 * that is lost with a cache would let more through than the vendor grants. Each request counts as one. Those that come
 * together are counted in one statement, so that a busy hour does not write a row for each.
 */
export function createRequestBudget({ query, vendor, limits }: Options): RequestBudget {
  const stated = createStatedLimits(query, vendor);
  const windowsOf = (of: readonly Limit[]) => of.map((limit) => createWindow({ query, vendor, limit }));
  let windows = windowsOf(limits);
  let loading: Promise<void> | undefined;
  const lines: Record<Purpose, Line> = {
    live: { waiting: [], isServed: false },
    history: { waiting: [], isServed: false },
  };

  /** Once, before the first count; again if the database did not answer. */
  function load(): Promise<void> {
    loading ??= stated.load().then(
      (known) => {
        if (known.length > 0) windows = windowsOf(known);
      },
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    );
    return loading;
  }

  async function serve(purpose: Purpose): Promise<void> {
    const line = lines[purpose];
    if (line.isServed) return;
    line.isServed = true;
    for (let batch = line.waiting.splice(0); batch.length > 0; batch = line.waiting.splice(0)) {
      try {
        await load();
        const { granted, refusal } = await countRequests(windows, purpose, batch.length);
        for (const [nr, { resolve }] of batch.entries())
          resolve(nr < granted ? { isGranted: true } : refusal);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    line.isServed = false;
  }

  return {
    take(purpose) {
      const waiter = Promise.withResolvers<Grant>();
      lines[purpose].waiting.push(waiter);
      void serve(purpose);
      return waiter.promise;
    },
    async block(forMs) {
      await load();
      await windows[0]?.limiter.block(key, Math.ceil(forMs / 1_000));
    },
    async adopt(given) {
      if (given.length === 0) return;
      await load();
      if (isSame(given, windows)) return;
      await stated.save(given);
      windows = windowsOf(given);
    },
    async left() {
      await load();
      return Promise.all(
        windows.map(async ({ limit, limiter }) => {
          const spent = (await limiter.get(key))?.consumedPoints ?? 0;
          return { ...limit, left: Math.max(0, limit.requests - spent) };
        }),
      );
    },
  };
}

function isSame(given: readonly Limit[], windows: readonly Window[]): boolean {
  return (
    given.length === windows.length &&
    given.every(({ requests, windowMs }, nr) => {
      const limit = windows[nr]?.limit;
      return limit?.requests === requests && limit.windowMs === windowMs;
    })
  );
}

const noWait: Grant = { isGranted: false, retryAfterMs: 250 };

/** Counts so many requests in every window, as far as all of them allow; what one refuses the others give back. */
async function countRequests(
  windows: readonly Window[],
  purpose: Purpose,
  wanted: number,
): Promise<{ readonly granted: number; readonly refusal: Grant }> {
  let granted = wanted;
  let refusal = noWait;
  const counted: Window[] = [];
  for (const window of windows) {
    const allowed = allowedFor(purpose, window.limit);
    const before = purpose === 'live' ? null : await window.limiter.get(key);
    // What is certain to be refused is not counted even for a moment.
    const room = before === null ? granted : Math.min(granted, Math.max(0, allowed - before.consumedPoints));
    const after = room === 0 ? before : await consume(window.limiter, room);
    const fits = after === null || room === 0 ? 0 : clamp(allowed - after.consumedPoints + room, room);
    if (fits < granted) {
      if (after !== null) refusal = refusalOf(after);
      if (fits < room) await window.limiter.reward(key, room - fits);
      for (const other of counted) await other.limiter.reward(key, granted - fits);
      granted = fits;
    }
    if (granted === 0) break;
    counted.push(window);
  }
  return { granted, refusal };
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}

const statedField = z.array(z.object({ requests: z.int().positive(), windowMs: z.number().positive() }));

/** The limits that the vendor stated last, for all replicas and restarts. */
function createStatedLimits(query: Query, vendor: Vendor) {
  return {
    async load(): Promise<readonly Limit[]> {
      const [row] = await query<{ limits: unknown }>(
        'select limits from ingest.stated_limits where vendor = $1',
        [vendor],
      );
      return statedField.safeParse(row?.limits).data ?? [];
    },
    async save(limits: readonly Limit[]): Promise<void> {
      await query(
        `insert into ingest.stated_limits (vendor, limits) values ($1, $2)
         on conflict (vendor) do update set limits = excluded.limits, stated_at = now()`,
        [vendor, JSON.stringify(limits)],
      );
    },
  };
}

function allowedFor(purpose: Purpose, { requests }: Limit): number {
  return purpose === 'live' ? requests : Math.floor(requests * (1 - reserve));
}

function createWindow({
  query,
  vendor,
  limit,
}: Pick<Options, 'query' | 'vendor'> & { limit: Limit }): Window {
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

function refusalOf({ msBeforeNext }: RateLimiterRes): Grant {
  return { isGranted: false, retryAfterMs: Math.max(250, msBeforeNext) };
}
