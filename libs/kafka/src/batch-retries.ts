import { isStatementTimeout, retryVerdict, type Log } from '@bridge/core';
import type { BatchAttempts } from './batch-attempts.ts';
import { bisect } from './bisect.ts';
import type { IncomingMessage } from './message.ts';
import { settle } from './settle.ts';

/** `busy`: the batch is settled. `rewind`: positions must be loaded anew before the next step. */
export type Resolution = 'busy' | 'rewind';

export type BatchRetries = {
  /** Tries a batch that failed until it is settled, as `settle` says. */
  resolve(messages: readonly IncomingMessage[], failure: unknown): Promise<Resolution>;
  /** A retry in progress gives up: its messages will be read again. */
  readonly interrupt: () => void;
  /** A new step begins; an earlier interruption is over. */
  begin(): void;
  readonly isRetrying: () => boolean;
};

export type BatchRetriesDeps = {
  readonly attempts: Pick<BatchAttempts<unknown>, 'alone'>;
  readonly forget: () => void;
  /** Sleeps longer for each attempt; ends early when the loop is interrupted. */
  readonly backOff: (attempt: number) => Promise<void>;
  /** A batch must be read under locks: another worker shares its persons. */
  readonly onLocked: () => void;
  readonly onFailure: (verdict: string) => void;
  readonly log: Log;
};

export function createBatchRetries(deps: BatchRetriesDeps): BatchRetries {
  const { attempts, forget, backOff, onLocked, onFailure, log } = deps;
  let interrupted = false;
  let retrying = false;

  async function resolve(messages: readonly IncomingMessage[], failure: unknown): Promise<Resolution> {
    let [error, poisoned] = [failure, false];
    retrying = true;
    try {
      for (let attempt = 1; ; attempt += 1) {
        forget();
        const settlement = judge(error, { size: messages.length, attempt, poisoned });
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
            if (locked) onLocked();
            if (settlement.afterBackoff) await backOff(attempt);
        }
        if (interrupted) return 'rewind';
        error = await attempts.alone({ messages, locked, poisoned, number: attempt + 1 });
        if (error === null) return 'busy';
      }
    } finally {
      retrying = false;
    }
  }

  function judge(error: unknown, batch: { size: number; attempt: number; poisoned: boolean }) {
    const verdict = retryVerdict(error);
    const settlement = settle({ verdict, ranOutOfTime: isStatementTimeout(error), ...batch });
    onFailure(verdict);
    const line = { verdict, attempt: batch.attempt, messages: batch.size, step: settlement.do, error };
    if (verdict === 'permanent') log.error('a batch failed', line);
    else log.warn('a batch failed', line);
    return settlement;
  }

  async function resolveHalves(messages: readonly IncomingMessage[]): Promise<Resolution> {
    for (const half of bisect(messages)) {
      const error = await attempts.alone({ messages: half, locked: false, poisoned: false, number: 2 });
      if (error !== null && (await resolve(half, error)) === 'rewind') return 'rewind';
    }
    return 'busy';
  }

  return {
    resolve,
    interrupt: () => {
      interrupted = true;
    },
    begin: () => {
      interrupted = false;
    },
    isRetrying: () => retrying,
  };
}
