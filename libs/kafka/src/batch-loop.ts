import { isStatementTimeout, retryVerdict, type Log } from '@bridge/core';
import type { Inbox } from './inbox.ts';
import { messageHash, type IncomingMessage } from './message.ts';
import { settle } from './settle.ts';

/** How a batch is to be worked on this time. */
export type Attempt = {
  readonly messages: readonly IncomingMessage[];
  /** Read under row locks and keep them until the commit: this attempt cannot lose to another worker. */
  readonly locked: boolean;
  /** The batch is one message that defeated every attempt: dead-letter it, decide nothing. */
  readonly poisoned: boolean;
  /** Attempts so far, this one included. */
  readonly number: number;
};

/** A step of one partition's position. The transaction must fail with `fenced` unless it starts at `from`. */
export type Move = {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  readonly lastOffset: number;
  readonly lastTime: number;
  readonly lastHash: Buffer;
};

/**
 * What a service does with a batch. `prepare` reads and decides, and may run while the batch before is committing, so
 * it counts that one's keys and states as seen. `commit` writes everything, the positions first, in one transaction.
 */
export type BatchHandler<Prepared> = {
  prepare(attempt: Attempt): Promise<Prepared>;
  commit(prepared: Prepared, moves: readonly Move[]): Promise<void>;
  /** After the commit: hand messages to the relay, count outcomes. Must not throw. */
  settled(prepared: Prepared): void;
  /** Prepared, but will never be committed: release its connection. */
  abandon(prepared: Prepared): Promise<void> | void;
  /** Drop every cached state: another worker may have changed the rows. */
  forget(): void;
};

export type BatchLimits = { readonly maxMessages: number; readonly maxBytes: number };

export type LoopDeps<Prepared> = {
  readonly handler: BatchHandler<Prepared>;
  readonly inbox: Inbox;
  readonly limits: BatchLimits;
  /** Where the partition stands; advanced by the loop after each commit. */
  readonly committed: {
    get(message: IncomingMessage): number;
    set(move: Move): void;
  };
  /** Sleeps longer for each attempt; ends early when the loop is interrupted. */
  readonly backOff: (attempt: number) => Promise<void>;
  readonly observe: (phase: 'prepare' | 'commit', seconds: number, messages: number) => void;
  readonly onFailure: (verdict: string) => void;
  readonly log: Log;
};

export type StepResult = 'idle' | 'busy' | 'rewind';

export type BatchLoop = {
  /** Works on one batch. `rewind`: positions must be loaded anew before the next step. */
  step(): Promise<StepResult>;
  /** Waits for the batch that is committing. */
  drain(): Promise<StepResult>;
  /** A retry in progress gives up: its messages will be read again. */
  interrupt(): void;
  readonly retrying: () => boolean;
};

/** After a conflict this many batches are read under locks at once: where workers share persons, they would lose again. */
const lockedAfterConflict = 20;
/**
 * Under locks workers go one after the other, so a batch holds so many times the messages: a person who is in it more than once
 * is read, written and waited for once. The inbox has room for as many.
 */
export const lockedBatchFactor = 3;

export function createBatchLoop<Prepared>(deps: LoopDeps<Prepared>): BatchLoop {
  const { handler, inbox, limits, committed, observe, log } = deps;
  let committing: { messages: readonly IncomingMessage[]; done: Promise<unknown> } | undefined;
  let interrupted = false;
  let retrying = false;
  let lockedBatches = 0;

  const prepare = async (attempt: Attempt) => {
    const started = performance.now();
    const prepared = await handler.prepare(attempt);
    observe('prepare', (performance.now() - started) / 1000, attempt.messages.length);
    return prepared;
  };

  const commit = async (messages: readonly IncomingMessage[], prepared: Prepared) => {
    const started = performance.now();
    const moves = movesOf(messages, committed);
    await handler.commit(prepared, moves);
    moves.forEach((move) => committed.set(move));
    observe('commit', (performance.now() - started) / 1000, messages.length);
    handler.settled(prepared);
  };

  /** Nothing overlaps here. Returns what was thrown, or null. */
  const attemptAlone = async (attempt: Attempt): Promise<unknown> => {
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
      return error ?? new Error('nothing was thrown');
    }
  };

  /** Tries until the batch is settled, or says that the positions must be read again. */
  const resolve = async (messages: readonly IncomingMessage[], failure: unknown): Promise<StepResult> => {
    let [error, poisoned] = [failure, false];
    retrying = true;
    try {
      for (let attempt = 1; ; attempt += 1) {
        handler.forget();
        const verdict = retryVerdict(error);
        const ranOutOfTime = isStatementTimeout(error);
        const settlement = settle({ verdict, ranOutOfTime, size: messages.length, attempt, poisoned });
        deps.onFailure(verdict);
        const line = { verdict, attempt, messages: messages.length, step: settlement.do, error };
        if (verdict === 'permanent') log.error('a batch failed', line);
        else log.warn('a batch failed', line);
        let locked = false;
        switch (settlement.do) {
          case 'rewind':
            return 'rewind';
          case 'stop':
            throw error;
          case 'bisect':
            return await resolveHalves(messages);
          case 'deadLetter':
            poisoned = true;
            break;
          case 'retry':
            locked = settlement.locked;
            if (locked) lockedBatches = lockedAfterConflict;
            if (settlement.afterBackoff) await deps.backOff(attempt);
        }
        if (interrupted) return 'rewind';
        error = await attemptAlone({ messages, locked, poisoned, number: attempt + 1 });
        if (error === null) return 'busy';
      }
    } finally {
      retrying = false;
    }
  };

  const resolveHalves = async (messages: readonly IncomingMessage[]): Promise<StepResult> => {
    const middle = Math.ceil(messages.length / 2);
    for (const half of [messages.slice(0, middle), messages.slice(middle)]) {
      const error = await attemptAlone({ messages: half, locked: false, poisoned: false, number: 2 });
      if (error !== null && (await resolve(half, error)) === 'rewind') return 'rewind';
    }
    return 'busy';
  };

  const finishCommit = async (): Promise<StepResult> => {
    if (!committing) return 'idle';
    const { messages, done } = committing;
    const error = await done;
    committing = undefined;
    return error === null ? 'busy' : resolve(messages, error);
  };

  const startCommit = (messages: readonly IncomingMessage[], prepared: Prepared) => {
    const done = commit(messages, prepared).then(
      () => null,
      async (error: unknown) => {
        await handler.abandon(prepared);
        return error ?? new Error('nothing was thrown');
      },
    );
    committing = { messages, done };
  };

  const step = async (): Promise<StepResult> => {
    interrupted = false;
    const factor = lockedBatches > 0 ? lockedBatchFactor : 1;
    const messages = inbox.take(limits.maxMessages * factor, limits.maxBytes * factor);
    if (messages.length === 0) {
      if (!committing) return 'idle';
      await Promise.race([committing.done, inbox.changed()]);
      return inbox.isEmpty() ? finishCommit() : 'busy';
    }
    const attempt = { messages, poisoned: false, number: 1 };
    if (lockedBatches > 0) {
      const result = await finishCommit();
      if (result === 'rewind') return result;
      lockedBatches -= 1;
      const error = await attemptAlone({ ...attempt, locked: true });
      return error === null ? 'busy' : resolve(messages, error);
    }
    const [prepared] = await Promise.allSettled([prepare({ ...attempt, locked: false })]);
    if (committing) {
      const failed = await committing.done;
      if (failed !== null) {
        if (prepared.status === 'fulfilled') await handler.abandon(prepared.value);
        inbox.putBack(messages);
        return finishCommit();
      }
      committing = undefined;
    }
    if (prepared.status === 'rejected') return resolve(messages, prepared.reason);
    startCommit(messages, prepared.value);
    return 'busy';
  };

  return {
    step,
    drain: finishCommit,
    interrupt: () => {
      interrupted = true;
    },
    retrying: () => retrying,
  };
}

function movesOf(messages: readonly IncomingMessage[], committed: LoopDeps<unknown>['committed']): Move[] {
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
