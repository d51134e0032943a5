import type { Attempt, BatchHandler, Move } from './batch-handler.ts';
import { messageHash, type IncomingMessage } from './message.ts';

/** Where partitions stand; advanced after each commit. */
export type CommittedOffsets = {
  get(message: IncomingMessage): number;
  set(move: Move): void;
};

export type BatchAttempts<Prepared> = {
  prepare(attempt: Attempt): Promise<Prepared>;
  commit(messages: readonly IncomingMessage[], prepared: Prepared): Promise<void>;
  /** Both, with no other batch beside them. Returns the error that was thrown, or null. */
  alone(attempt: Attempt): Promise<unknown>;
};

export type BatchAttemptsDeps<Prepared> = {
  readonly handler: BatchHandler<Prepared>;
  readonly committed: CommittedOffsets;
  readonly observe: (phase: 'prepare' | 'commit', seconds: number, messages: number) => void;
};

/** The two phases of a batch, timed. */
export function createBatchAttempts<Prepared>({
  handler,
  committed,
  observe,
}: BatchAttemptsDeps<Prepared>): BatchAttempts<Prepared> {
  async function prepare(attempt: Attempt): Promise<Prepared> {
    const started = performance.now();
    const prepared = await handler.prepare(attempt);
    observe('prepare', (performance.now() - started) / 1000, attempt.messages.length);
    return prepared;
  }

  async function commit(messages: readonly IncomingMessage[], prepared: Prepared): Promise<void> {
    const started = performance.now();
    const moves = movesOf(messages, committed);
    await handler.commit(prepared, moves);
    moves.forEach((move) => committed.set(move));
    observe('commit', (performance.now() - started) / 1000, messages.length);
    handler.settled(prepared);
  }

  async function alone(attempt: Attempt): Promise<unknown> {
    try {
      const prepared = await prepare(attempt);
      try {
        await commit(attempt.messages, prepared);
      } catch (error) {
        await handler.abandon(prepared);
        throw error;
      }
      return null;
    } catch (error) {
      return thrown(error);
    }
  }

  return { prepare, commit, alone };
}

/** Code can throw undefined or null, which would read as "no error". */
export function thrown(error: unknown): unknown {
  return error ?? new Error('nothing was thrown');
}

function movesOf(messages: readonly IncomingMessage[], committed: CommittedOffsets): Move[] {
  const lastOf = new Map<string, IncomingMessage>();
  for (const message of messages) lastOf.set(`${message.topic}/${message.partition}`, message);
  return [...lastOf.values()].map((last) => ({
    topic: last.topic,
    partition: last.partition,
    from: committed.get(last),
    to: last.offset + 1,
    lastOffset: last.offset,
    lastTime: last.brokerTime,
    lastHash: messageHash(last),
  }));
}
