import type { HandleVendorFailure } from '../connections/handle-vendor-failure.ts';
import type { ConnectionSnapshot, LoadConnection } from '../connections/load-connection.ts';
import type { VendorBreaker } from '../vendor-client/vendor-breaker.ts';
import type { VendorFailure } from '../vendors/vendor-answer.ts';
import type { Vendor } from '../vendors/vendor-definition.ts';
import {
  dueAt,
  newestFirst,
  pausedUntil,
  unansweredUntil,
  type QueuePosition,
} from './domain/queue-position.ts';
import type { ResolveRound, RoundEnd } from './resolve-round.ts';
import type { WaitingNotices } from './rows/waiting-notices.ts';

type NoticeJob = QueuePosition & { readonly task: 'resolve_notices'; readonly connectionId: string };

type Deps = {
  readonly loadConnection: LoadConnection<ConnectionSnapshot>;
  readonly waiting: Pick<WaitingNotices, 'forget' | 'giveUp' | 'nextDue'>;
  readonly resolveRound: ResolveRound;
  readonly handleVendorFailure: HandleVendorFailure;
  readonly addJob: (job: NoticeJob) => Promise<void>;
  readonly breakerOf: (vendor: Vendor) => Pick<VendorBreaker, 'closedUntilMs'> | undefined;
  readonly now: () => number;
};

/** After this, other connections get their turn. */
const turnMs = 5_000;

/**
 * In: job `resolve_notices` of one connection. Fetches the documents of its waiting notices, newest first; stores them with
 * their events in the outbox and settles the notices in the same transaction. While notices wait, the job is queued again,
 * behind connections with newer notices.
 */
export function createResolveNotices(deps: Deps) {
  const { loadConnection, waiting, resolveRound, handleVendorFailure, now } = deps;

  return async function resolveNotices(payload: unknown): Promise<void> {
    const opened = await loadConnection(payload);
    if (opened.kind === 'erased') return waiting.forget(opened.connectionId);
    if (opened.kind === 'disconnected') return waiting.giveUp(opened.connectionId);
    if (opened.kind === 'closed') return;
    const { connectionId, vendor, notBefore } = opened.connection;
    if (notBefore !== undefined && notBefore.getTime() > now())
      return requeue(connectionId, dueAt(notBefore.getTime()));
    const closedUntilMs = deps.breakerOf(vendor)?.closedUntilMs();
    if (closedUntilMs !== undefined) return addJob(connectionId, pausedUntil(closedUntilMs));

    const endMs = now() + turnMs;
    let round: RoundEnd;
    do round = await resolveRound(opened);
    while (round.kind === 'more' && now() < endMs);
    if (round.kind !== 'stopped') return requeue(connectionId);
    const retryAt = await handleVendorFailure(opened.connection, round.by);
    if (retryAt === undefined) return;
    await requeue(connectionId, positionAfter(round.by, retryAt));
  };

  /** Queues the job at the position of its newest notice, or at `cause`; never before a notice is due. */
  async function requeue(connectionId: string, cause?: QueuePosition): Promise<void> {
    const next = await waiting.nextDue(connectionId);
    if (next === undefined) return;
    const { dueMs, newestMs } = next;
    const place =
      newestMs === undefined ? dueAt(Math.max(cause?.runAtMs ?? 0, dueMs)) : (cause ?? newestFirst(newestMs));
    await addJob(connectionId, place);
  }

  function addJob(connectionId: string, place: QueuePosition): Promise<void> {
    return deps.addJob({ task: 'resolve_notices', connectionId, ...place });
  }
}

/** Where a job waits after its vendor's failure. */
function positionAfter(failure: VendorFailure, retryAtMs: number): QueuePosition {
  if (failure.kind === 'refused') return dueAt(retryAtMs);
  if (failure.ofAll === true) return pausedUntil(retryAtMs);
  return failure.kind === 'unavailable' ? unansweredUntil(retryAtMs) : dueAt(retryAtMs);
}
