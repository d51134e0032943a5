import type { Log } from '@bridge/core';
import { createBatchAttempts, thrown, type CommittedOffsets } from './batch-attempts.ts';
import type { BatchHandler } from './batch-handler.ts';
import { createBatchRetries, type Resolution } from './batch-retries.ts';
import type { Inbox } from './inbox.ts';
import type { IncomingMessage } from './message.ts';

export type BatchLimits = { readonly maxMessages: number; readonly maxBytes: number };

export type LoopDeps<Prepared> = {
  readonly handler: BatchHandler<Prepared>;
  readonly inbox: Inbox;
  readonly limits: BatchLimits;
  readonly committed: CommittedOffsets;
  /** Sleeps longer for each attempt; ends early when the loop is interrupted. */
  readonly backOff: (attempt: number) => Promise<void>;
  readonly observe: (phase: 'prepare' | 'commit', seconds: number, messages: number) => void;
  readonly onFailure: (verdict: string) => void;
  readonly log: Log;
};

export type StepResult = 'idle' | Resolution;

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

/** Prepares a batch while the one before it commits. */
export function createBatchLoop<Prepared>(deps: LoopDeps<Prepared>): BatchLoop {
  const { handler, inbox, limits } = deps;
  let committing: { messages: readonly IncomingMessage[]; done: Promise<unknown> } | undefined;
  let lockedBatches = 0;
  const attempts = createBatchAttempts(deps);
  const retries = createBatchRetries({
    attempts,
    forget: () => handler.forget(),
    backOff: deps.backOff,
    onLocked: () => {
      lockedBatches = lockedAfterConflict;
    },
    onFailure: deps.onFailure,
    log: deps.log,
  });

  async function finishCommit(): Promise<StepResult> {
    if (!committing) return 'idle';
    const { messages, done } = committing;
    const error = await done;
    committing = undefined;
    return error === null ? 'busy' : retries.resolve(messages, error);
  }

  function startCommit(messages: readonly IncomingMessage[], prepared: Prepared): void {
    const done = attempts.commit(messages, prepared).then(
      () => null,
      async (error: unknown) => {
        await handler.abandon(prepared);
        return thrown(error);
      },
    );
    committing = { messages, done };
  }

  async function stepLocked(messages: readonly IncomingMessage[]): Promise<StepResult> {
    const result = await finishCommit();
    if (result === 'rewind') return result;
    lockedBatches -= 1;
    const error = await attempts.alone({ messages, locked: true, poisoned: false, number: 1 });
    return error === null ? 'busy' : retries.resolve(messages, error);
  }

  async function stepAhead(messages: readonly IncomingMessage[]): Promise<StepResult> {
    const attempt = { messages, locked: false, poisoned: false, number: 1 };
    const [prepared] = await Promise.allSettled([attempts.prepare(attempt)]);
    if (committing) {
      const failed = await committing.done;
      if (failed !== null) {
        if (prepared.status === 'fulfilled') await handler.abandon(prepared.value);
        inbox.putBack(messages);
        return finishCommit();
      }
      committing = undefined;
    }
    if (prepared.status === 'rejected') return retries.resolve(messages, prepared.reason);
    startCommit(messages, prepared.value);
    return 'busy';
  }

  async function step(): Promise<StepResult> {
    retries.begin();
    const factor = lockedBatches > 0 ? lockedBatchFactor : 1;
    const messages = inbox.take(limits.maxMessages * factor, limits.maxBytes * factor);
    if (messages.length > 0) return lockedBatches > 0 ? stepLocked(messages) : stepAhead(messages);
    if (!committing) return 'idle';
    await Promise.race([committing.done, inbox.changed()]);
    return inbox.isEmpty() ? finishCommit() : 'busy';
  }

  return { step, drain: finishCommit, interrupt: retries.interrupt, retrying: retries.isRetrying };
}
