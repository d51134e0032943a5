import { z } from 'zod';

const share = z.number().min(0).max(1);
const ms = z.number().int().min(0);

/** Minutes to about an hour, as vendors do it; a test gives shorter ones. */
const anHourOfRetries = [
  10_000, 30_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000, 600_000, 600_000,
];

const faultsSchema = z.strictObject({
  /** `errors`: 500. `broken`: connections end without an answer. `hangs`: answers take a minute. */
  api: z.enum(['up', 'errors', 'broken', 'hangs']).default('up'),
  /** This share of API requests is answered 500. */
  errorShare: share.default(0),
  /** This share of API answers takes `slowMs` longer. */
  slowShare: share.default(0),
  slowMs: ms.default(2000),
  /** Every API request is answered 429 for so many seconds more; 0 ends it. */
  limitedSeconds: z.number().int().min(0).default(0),
  /** Accounts whose membership lapsed: 403. */
  lapsed: z.array(z.string()).default([]),
  /** The number of refreshes that rotate the tokens and lose their answer. */
  lostTokenAnswers: z.number().int().min(0).default(0),
  /** Accounts whose refresh tokens are refused, and whose access tokens are 401. */
  deadTokens: z.array(z.string()).default([]),
  /** Accounts whose API requests are answered 500. */
  failing: z.array(z.string()).default([]),
  /** How a refused code or refresh token is answered. `200`: with an error inside. */
  refusalForm: z
    .enum(['invalid_grant', 'invalid_request', 'plain', 'html', '401', '200'])
    .default('invalid_grant'),
  /** `nulls`: null for what is not given. `odd`: other types. `no_refresh`: without a refresh token. */
  tokenForm: z.enum(['complete', 'nulls', 'odd', 'no_refresh']).default('complete'),
  /** `html` under 200; `redirects` elsewhere; `hangs`: answers take a minute. */
  tokenEndpoint: z.enum(['up', 'errors', 'broken', 'html', 'redirects', 'hangs']).default('up'),
  /** Oura's addresses of before the new portal refuse codes and refresh tokens, as for its applications. */
  oldAddressesRefuse: z.boolean().default(false),
  /** The status of a collection whose scope was not granted. */
  missingScopeStatus: z.union([z.literal(401), z.literal(403)]).default(403),
  /** A recovery is 404 for so long after its notice. */
  recoveryLagMs: ms.default(0),
  /** This share of WHOOP documents comes as PENDING_SCORE first and is scored `pendingScoreMs` later. */
  pendingScoreShare: share.default(0),
  pendingScoreMs: ms.default(2000),
  /** Notices that are never sent, sent twice, or sent `lateMs` after those that follow. */
  lostShare: share.default(0),
  duplicateShare: share.default(0),
  lateShare: share.default(0),
  lateMs: ms.default(500),
  /** Nothing is sent while it is true; all of it afterwards. */
  held: z.boolean().default(false),
  /** Notices under way at once. */
  concurrency: z.number().int().min(1).default(32),
  timeoutMs: ms.default(10_000),
  /** Before the second attempt, the third, …; after the last one the notice is given up. */
  retryDelaysMs: z.array(ms).default(anHourOfRetries),
  /** Whether a retry has a new timestamp and signature. */
  retriesAreSignedAnew: z.boolean().default(true),
});

export type Faults = z.output<typeof faultsSchema>;
export type FaultSettings = z.input<typeof faultsSchema>;

export type FaultBox = ReturnType<typeof createFaultBox>;

/** The current faults of one vendor. `set` changes the named faults and keeps the others. */
export function createFaultBox(settings: FaultSettings = {}) {
  let current = faultsSchema.parse(settings);
  return {
    get: (): Faults => current,
    /** @throws ZodError */
    set(changes: FaultSettings): void {
      current = faultsSchema.parse({ ...current, ...changes });
    },
    loseTokenAnswer(): boolean {
      const { lostTokenAnswers } = current;
      if (lostTokenAnswers > 0) current = { ...current, lostTokenAnswers: lostTokenAnswers - 1 };
      return lostTokenAnswers > 0;
    },
  };
}
