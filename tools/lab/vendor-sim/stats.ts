import type { Answer } from './http/answer.ts';

type Counts = Record<string, number>;

/** Counts of the requests to one vendor and of its notices. */
export type VendorStats = {
  /** By route template, by status (`0`: no answer), by account. */
  readonly requests: Record<string, { count: number; readonly statuses: Counts; readonly accounts: Counts }>;
  /** Refresh grants: `granted`, `refused` and `lost` (granted, and nobody heard). */
  readonly refreshes: { granted: number; refused: number; lost: number; readonly accounts: Counts };
  readonly notices: {
    /** Changes that were worth a notice. */
    made: number;
    duplicated: number;
    late: number;
    lost: number;
    attempts: number;
    accepted: number;
    gaveUp: number;
    /** Not yet accepted and not yet given up. */
    waiting: number;
    slowestMs: number;
    /** By status; `0`: no answer. */
    readonly answers: Counts;
  };
};

export type Stats = ReturnType<typeof createStats>;

export function createStats() {
  let stats = emptyStats();
  const fetches = new Map<string, number>();
  return {
    get: (): VendorStats => stats,
    /** Counts the requests for each document, by `<collection>/<id>`. */
    fetches: (): Counts => Object.fromEntries(fetches),
    reset(): void {
      const { waiting } = stats.notices;
      stats = emptyStats();
      stats.notices.waiting = waiting;
      fetches.clear();
    },
    request: (route: string, { status, account, object }: Answer): void => {
      const counts = (stats.requests[route] ??= { count: 0, statuses: {}, accounts: {} });
      counts.count += 1;
      countUp(counts.statuses, String(status));
      if (account !== undefined) countUp(counts.accounts, account);
      if (object !== undefined) fetches.set(object, (fetches.get(object) ?? 0) + 1);
    },
    refresh(outcome: 'granted' | 'refused' | 'lost', account: string | undefined): void {
      stats.refreshes[outcome] += 1;
      if (account !== undefined) countUp(stats.refreshes.accounts, account);
    },
    delivered(status: number, tookMs: number): void {
      const { notices } = stats;
      notices.attempts += 1;
      notices.slowestMs = Math.max(notices.slowestMs, Math.round(tookMs));
      countUp(notices.answers, String(status));
    },
  };
}

function countUp(counts: Counts, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function emptyStats(): VendorStats {
  return {
    requests: {},
    refreshes: { granted: 0, refused: 0, lost: 0, accounts: {} },
    notices: {
      made: 0,
      duplicated: 0,
      late: 0,
      lost: 0,
      attempts: 0,
      accepted: 0,
      gaveUp: 0,
      waiting: 0,
      slowestMs: 0,
      answers: {},
    },
  };
}
