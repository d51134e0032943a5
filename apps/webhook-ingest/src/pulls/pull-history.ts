import type { IngestMetrics } from '../metrics.ts';
import type { PullRows } from './rows/pull-rows.ts';
import type { CreateSession } from '../vendor-client/vendor-session.ts';
import { historySpan, isSeries, nextWindow, reconciledSpan, wantedTypes } from './domain/pull-plan.ts';
import { createPullTally, type PullResult } from './domain/pull-tally.ts';
import type { Vendors } from '../vendors/check-definitions.ts';
import type { Span, VendorFailure } from '../vendors/vendor-answer.ts';
import type { HandleVendorFailure } from '../connections/handle-vendor-failure.ts';
import type { ConnectionSnapshot, LoadConnection } from '../connections/load-connection.ts';
import type { PullTarget } from './pull-window.ts';

type OpenPull = PullTarget & { readonly connection: ConnectionSnapshot };
type PullTask = 'pull_history' | 'reconcile_connection';

type Deps = {
  readonly vendors: Pick<Vendors, 'get'>;
  readonly loadConnection: LoadConnection<ConnectionSnapshot>;
  readonly createSession: CreateSession;
  readonly pullWindow: (of: PullTarget, dataType: string, span: Span) => Promise<PullResult>;
  readonly pulls: PullRows;
  readonly handleVendorFailure: HandleVendorFailure;
  readonly markActive: (opened: ConnectionSnapshot) => Promise<unknown>;
  readonly addJob: (job: {
    task: PullTask;
    connectionId: string;
    priority: number;
    runAtMs: number;
  }) => Promise<void>;
  readonly isNoticeDue: (connectionId: string) => Promise<boolean>;
  readonly countReconciled: IngestMetrics['countReconciled'];
  readonly now: () => number;
};

/** Behind every job that a notice asked for. */
const priorities = { reconcile_connection: 50, pull_history: 100 } as const;
/** After this, other connections get their turn; a notice of this connection gets it at once. */
const turnMs = 5_000;
/** An unreadable list does not recover in seconds: the vendor is under maintenance, or its API has changed. */
const unreadableForMs = 3_600_000;

/** Two jobs of one connection: its past, once, and its last days, repeatedly. */
export function createPulls(deps: Deps) {
  const { vendors, loadConnection, createSession, pullWindow, pulls, now } = deps;

  /**
   * In: job `pull_history`. Pulls thirty days, newest first, a window at a time, and resumes where it stopped. If everything
   * is here already, the last days are pulled again.
   */
  async function pullHistory(payload: unknown): Promise<void> {
    const of = await begin(payload, 'pull_history');
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
      if (failure !== undefined) return requeueAfter(of, failure, 'pull_history');
      const isPulled = result.kind === 'pulled';
      if (isPulled) await pulls.advance(connectionId, pull.dataType, span.fromMs);
      // A type that is refused or unreadable is not asked for again in this turn.
      const isOver = !isPulled || span.fromMs <= pull.wantedFromMs;
      open = open.flatMap((one) => {
        if (one !== pull) return [one];
        return isOver ? [] : [{ ...pull, pulledFromMs: span.fromMs }];
      });
      if (!isPulled) continue;
      if (now() > endMs || (await deps.isNoticeDue(connectionId))) break;
    }
    if (tally.isLapsed()) return requeueAfter(of, lapsed, 'pull_history');
    await pulls.finish(connectionId, tally.refused);
    if (tally.isAnswered()) await markActiveAgain(of.connection);
    if (open.length > 0) await requeue(connectionId, 'pull_history', now());
    else if (tally.isUnreadable()) await requeue(connectionId, 'pull_history', now() + unreadableForMs);
  }

  /**
   * In: job `reconcile_connection`. Finds documents without a webhook since the last pull that the vendor answered
   * completely.
   */
  async function reconcileConnection(payload: unknown): Promise<void> {
    const of = await begin(payload, 'reconcile_connection');
    if (of !== undefined) await reconcile(of, 'reconcile_connection');
  }

  async function reconcile(of: OpenPull, task: PullTask) {
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
      if (failure !== undefined) return requeueAfter(of, failure, task);
      if (result.kind === 'pulled' && result.added > 0) deps.countReconciled(vendor, dataType, result.added);
    }
    if (tally.isLapsed()) return requeueAfter(of, lapsed, task);
    if (!tally.isUnreadable()) await pulls.markReconciled(connectionId, beganMs);
    if (tally.isAnswered()) await markActiveAgain(of.connection);
  }

  async function begin(payload: unknown, task: PullTask) {
    const opened = await loadConnection(payload);
    if (opened.kind !== 'open') return undefined;
    const { connection, person } = opened;
    const { connectionId, notBefore } = connection;
    if (notBefore !== undefined && notBefore.getTime() > now()) {
      await requeue(connectionId, task, notBefore.getTime());
      return undefined;
    }
    return { connection, person, session: createSession(connection, 'history') };
  }

  async function requeueAfter(
    { connection }: OpenPull,
    failure: VendorFailure,
    task: PullTask,
  ): Promise<void> {
    const retryAt = await deps.handleVendorFailure(connection, failure);
    if (retryAt !== undefined) await requeue(connection.connectionId, task, retryAt);
  }

  async function markActiveAgain(connection: ConnectionSnapshot): Promise<void> {
    if (connection.state === 'lapsed') await deps.markActive(connection);
  }

  function requeue(connectionId: string, task: PullTask, runAtMs: number): Promise<void> {
    return deps.addJob({ task, connectionId, priority: priorities[task], runAtMs });
  }

  return { pullHistory, reconcileConnection };
}

const lapsed = { kind: 'refused', status: 403 } as const;
