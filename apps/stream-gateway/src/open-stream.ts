import { setTimeout as sleep } from 'node:timers/promises';
import { retryVerdict, type Log } from '@bridge/core';
import type { ReadMissed, ReplayRefusal } from './adapters/read-missed.ts';
import type { LoadSnapshot } from './adapters/snapshot.ts';
import type { Feed } from './domain/feed.ts';
import type { IdFault, OffsetVector } from './domain/offset-vector.ts';
import type { PartitionRange } from './domain/reading.ts';
import { encodeFrame, encodeKeepAlive } from './domain/sse-frame.ts';
import type { SseConnection } from './http/sse-connection.ts';
import type { StreamBeginning } from './stream-metrics.ts';

type Deps = {
  readonly feed: Feed;
  /** Reads frames that are older than the ring from Kafka. */
  readonly readMissed: ReadMissed;
  readonly loadSnapshot: LoadSnapshot;
  /** Whether the topics have, or had, everything up to this vector. */
  readonly exists: (vector: OffsetVector) => Promise<boolean>;
  /** Takes note of stretches that hold nothing for a reader, so that they are not waited for. */
  readonly skipEmpty: (ranges: readonly PartitionRange[]) => Promise<void>;
  /** Whether everything was read that was there when this gateway started. */
  readonly isWarm: () => boolean;
  readonly log: Log;
  /** How long a subscriber waits until this gateway has read as far as it has, in milliseconds. */
  readonly patienceMs: number;
};

/** Why frames may be missing; `reset` names it. */
type ResetReason = IdFault | ReplayRefusal | 'future';

/** Where a subscriber goes on: live from `vector`, behind what it missed, or anew. */
type Step =
  | { readonly kind: 'resumed' }
  | { readonly kind: 'read_on'; readonly vector: OffsetVector }
  | { readonly kind: 'reset'; readonly reason: ResetReason }
  | { readonly kind: 'ended' };

export type OpenStream = (
  connection: SseConnection,
  lastEventId: string | undefined,
) => Promise<StreamBeginning>;

const askAgainMs = 20;
/**
 * Moves the subscriber's id on behind all that it missed: whoever is cut often and gets few frames would else come back from
 * further and further away.
 */
function* followedById(missed: Iterable<Buffer>, id: string | undefined): Iterable<Buffer> {
  yield* missed;
  if (id !== undefined) yield encodeKeepAlive(id);
}

/** Asked anew after each wait. */
const hasLeft = ({ isOpen }: SseConnection) => !isOpen;

/** Reading Kafka again can take so long that the ring has moved on meanwhile. */
const mostRounds = 3;

/**
 * In: a subscriber, and the id of the last frame that it saw.
 * Out: what it missed, each id once, then live frames; or a snapshot, after a `reset` if frames may be missing.
 * Holds: between the look at where this gateway stands and the subscription nothing is awaited, so no frame falls between.
 */
export function createOpenStream(deps: Deps): OpenStream {
  const { feed, readMissed, loadSnapshot, exists, skipEmpty, isWarm, log, patienceMs } = deps;

  /** Waits until a condition holds. False: it did not in time, or the subscriber left. */
  async function waitUntil(connection: SseConnection, holds: () => boolean): Promise<boolean> {
    const until = performance.now() + patienceMs;
    while (!holds()) {
      if (!connection.isOpen || performance.now() > until) return false;
      await sleep(askAgainMs);
    }
    return true;
  }

  /** Another gateway sent this subscriber further than this one has read. */
  async function reach(
    connection: SseConnection,
    vector: OffsetVector,
  ): Promise<'reached' | 'future' | 'behind'> {
    if (feed.hasReached(vector)) return 'reached';
    if (!(await exists(vector))) return 'future';
    await skipEmpty(feed.missingFor(vector));
    return (await waitUntil(connection, () => feed.hasReached(vector))) ? 'reached' : 'behind';
  }

  async function goOn(connection: SseConnection, vector: OffsetVector): Promise<Step> {
    const reached = await reach(connection, vector);
    if (hasLeft(connection)) return { kind: 'ended' };
    if (reached === 'future') return { kind: 'reset', reason: 'future' };
    if (reached === 'behind') {
      // With its id it goes on at a gateway that has read further, or here, later.
      connection.end('behind');
      return { kind: 'ended' };
    }
    const missed = feed.missedSince(vector, connection.filter);
    if (missed !== undefined) {
      feed.subscribers.add(connection);
      connection.replay(followedById(missed, feed.position()?.id));
      return { kind: 'resumed' };
    }
    const result = await readMissed(connection, vector);
    if (hasLeft(connection)) return { kind: 'ended' };
    return result.ok ? { kind: 'read_on', vector: result.vector } : { kind: 'reset', reason: result.reason };
  }

  async function resume(connection: SseConnection, lastEventId: string): Promise<Step> {
    let vector = feed.parse(lastEventId);
    for (let round = 0; round < mostRounds; round += 1) {
      if (typeof vector === 'string') return { kind: 'reset', reason: vector };
      const step = await goOn(connection, vector);
      if (step.kind !== 'read_on') return step;
      vector = step.vector;
    }
    return { kind: 'reset', reason: 'too_much' };
  }

  /** How things are, then live. A frame that comes while the snapshot is read waits. */
  async function beginAnew(connection: SseConnection, reason: ResetReason | undefined): Promise<void> {
    await waitUntil(connection, isWarm);
    const position = feed.position();
    if (!connection.isOpen || position === undefined) {
      connection.end('behind');
      return;
    }
    connection.hold();
    feed.subscribers.add(connection);
    // Without an id: who is cut before the snapshot gets both again.
    if (reason !== undefined)
      connection.write(encodeFrame({ kind: 'reset', data: JSON.stringify({ reason }) }));
    const snapshot = await loadSnapshot(connection.filter).catch((error: unknown) => {
      if (retryVerdict(error) === 'permanent') log.error('a snapshot failed', { error });
      return { unavailable: true };
    });
    connection.write(encodeFrame({ id: position.id, kind: 'snapshot', data: JSON.stringify(snapshot) }));
    connection.release();
  }

  return async function openStream(connection, lastEventId) {
    const step = lastEventId === undefined ? undefined : await resume(connection, lastEventId);
    if (step?.kind === 'resumed') return 'resumed';
    if (step?.kind === 'ended') return 'ended';
    const reason = step?.kind === 'reset' ? step.reason : undefined;
    await beginAnew(connection, reason);
    return reason === undefined ? 'live' : 'reset';
  };
}
