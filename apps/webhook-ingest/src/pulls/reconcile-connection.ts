import type { IngestMetrics } from '../metrics.ts';
import type { Vendors } from '../vendors/check-definitions.ts';
import type { Span } from '../vendors/vendor-answer.ts';
import { isSeries, reconciledSpan, wantedTypes } from './domain/pull-plan.ts';
import { createPullTally, lapsed, type PullResult } from './domain/pull-tally.ts';
import type { OpenPull, PullTask, PullTurn } from './pull-turn.ts';
import type { PullTarget } from './pull-window.ts';
import type { PullRows } from './rows/pull-rows.ts';

type Deps = {
  readonly vendors: Pick<Vendors, 'get'>;
  readonly turn: PullTurn;
  readonly pullWindow: (of: PullTarget, dataType: string, span: Span) => Promise<PullResult>;
  readonly pulls: PullRows;
  readonly countReconciled: IngestMetrics['countReconciled'];
  readonly now: () => number;
};

/** @param task Queued again if the vendor fails. */
export type Reconcile = (of: OpenPull, task: PullTask) => Promise<void>;

/**
 * In: job `reconcile_connection`. Finds documents without a webhook since the last pull that the vendor answered
 * completely.
 */
export function createReconcileConnection({ vendors, turn, pullWindow, pulls, countReconciled, now }: Deps) {
  async function reconcileConnection(payload: unknown): Promise<void> {
    const of = await turn.begin(payload, 'reconcile_connection');
    if (of !== undefined) await reconcile(of, 'reconcile_connection');
  }

  async function reconcile(of: OpenPull, task: PullTask): Promise<void> {
    const { connectionId, vendor } = of.connection;
    const beganMs = now();
    const reconciledMs = await pulls.reconciledMs(connectionId);
    const tally = createPullTally();
    for (const dataType of wantedTypes(vendors.get(vendor))) {
      const lastPointsMs = isSeries(vendors.get(vendor), dataType)
        ? await pulls.lastArrivalMs(connectionId, dataType)
        : undefined;
      const result = await pullWindow(of, dataType, reconciledSpan(now(), { reconciledMs, lastPointsMs }));
      const failure = tally.enter(dataType, result);
      if (failure !== undefined) return turn.requeueAfter(of, failure, task);
      if (result.kind === 'pulled' && result.added > 0) countReconciled(vendor, dataType, result.added);
    }
    if (tally.isLapsed()) return turn.requeueAfter(of, lapsed, task);
    if (!tally.isUnreadable()) await pulls.markReconciled(connectionId, beganMs);
    if (tally.isAnswered()) await turn.noteAnswer(of.connection);
  }

  return { reconcileConnection, reconcile };
}
