import type { Scope } from '@bridge/auth';
import type { Express, RequestHandler } from 'express';
import type { RateLimits } from './rate-limit.ts';

/** What every feature needs to mount its routes under `/webhooks`. */
export type IngestRoutes = {
  readonly app: Express;
  readonly limits: RateLimits;
  /** Answers 401, 403 or 429 unless the caller may send readings; sets `principalOf(res)`. */
  readonly requireIngest: RequestHandler | RequestHandler[];
  /** Answers 401, 403 or 429 unless a key has the scope; no signature of a body counts, since it covers no path. */
  readonly requireKey: (scope: Scope) => readonly RequestHandler[];
  /** Counts the outcome of every request. */
  readonly countOutcome: (source: string) => RequestHandler;
};
