import type { Vendors } from '../vendors/check-definitions.ts';
import type { Span } from '../vendors/vendor-answer.ts';
import { historySpan, nextWindow, wantedTypes } from './domain/pull-plan.ts';
import { createPullTally, lapsed, type PullResult } from './domain/pull-tally.ts';
import type { PullTurn } from './pull-turn.ts';
import type { PullTarget } from './pull-window.ts';
import type { Reconcile } from './reconcile-connection.ts';
import type { PullRows } from './rows/pull-rows.ts';

type Deps = {
  readonly vendors: Pick<Vendors, 'get'>;
  readonly turn: PullTurn;
  readonly pullWindow: (of: PullTarget, dataType: string, span: Span) => Promise<PullResult>;
  readonly pulls: PullRows;
  readonly reconcile: Reconcile;
  readonly isNoticeDue: (connectionId: string) => Promise<boolean>;
  readonly now: () => number;
};

/** After this, other connections get their turn; a notice of this connection gets it at once. */
const turnMs = 5_000;
/** An unreadable list does not recover in seconds: the vendor is under maintenance, or its API has changed. */
const unreadableForMs = 3_600_000;

/**
 * In: job `pull_history`. Pulls thirty days, newest first, a window at a time, and resumes where it stopped. If everything
 * is here already, the last days are pulled again.
 */
export function createPullHistory({ vendors, turn, pullWindow, pulls, reconcile, isNoticeDue, now }: Deps) {
  return async function pullHistory(payload: unknown): Promise<void> {
    const of = await turn.begin(payload, 'pull_history');
    if (of === undefined) return;
    const { connectionId, vendor } = of.connection;
    await pulls.begin(connectionId, wantedTypes(vendors.get(vendor)), historySpan(now()));
    let open = await pulls.unfinished(connectionId);
    if (open.length === 0) return reconcile(of, 'pull_history');

    const tally = createPullTally();
    const endMs = now() + turnMs;
    for (let next = nextWindow(open); next !== undefined; next = nextWindow(open)) {
      const { pull, span } = next;
      const result = await pullWindow(of, pull.dataType, span);
      const failure = tally.enter(pull.dataType, result);
      if (failure !== undefined) return turn.requeueAfter(of, failure, 'pull_history');
      const isPulled = result.kind === 'pulled';
      if (isPulled) await pulls.advance(connectionId, pull.dataType, span.fromMs);
      // A type that is refused or unreadable is not asked for again in this turn.
      const isOver = !isPulled || span.fromMs <= pull.wantedFromMs;
      open = open.flatMap((one) => {
        if (one !== pull) return [one];
        return isOver ? [] : [{ ...pull, pulledFromMs: span.fromMs }];
      });
      if (!isPulled) continue;
      if (now() > endMs || (await isNoticeDue(connectionId))) break;
    }
    if (tally.isLapsed()) return turn.requeueAfter(of, lapsed, 'pull_history');
    await pulls.finish(connectionId, tally.refused);
    if (tally.isAnswered()) await turn.noteAnswer(of.connection);
    if (open.length > 0) await turn.requeue(connectionId, 'pull_history', now());
    else if (tally.isUnreadable()) await turn.requeue(connectionId, 'pull_history', now() + unreadableForMs);
  };
}
