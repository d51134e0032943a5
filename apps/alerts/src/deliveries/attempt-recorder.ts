import { setTimeout as sleep } from 'node:timers/promises';
import { retryVerdict, type Closeable, type Log } from '@bridge/core';
import type { AttemptEnd, DeliveryClaims } from './rows/delivery-claims.ts';

export type AttemptRecorder = Closeable & { add(end: AttemptEnd): void };

type Deps = {
  readonly record: DeliveryClaims['record'];
  /** Called with those that counted. */
  readonly onRecorded: (ends: readonly AttemptEnd[]) => void;
  /** Between tries while the database does not answer. */
  readonly pauseMs: number;
  readonly log: Log;
};

const mostAtOnce = 500;

/** Writes the ends of attempts, all that wait in one statement. Without the database they wait for it. */
export function createAttemptRecorder({ record, onRecorded, pauseMs, log }: Deps): AttemptRecorder {
  const waiting: AttemptEnd[] = [];
  const closing = new AbortController();
  let running: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (waiting.length > 0) await write(waiting.splice(0, mostAtOnce));
    running = undefined;
  }

  async function write(ends: readonly AttemptEnd[]): Promise<void> {
    for (;;) {
      try {
        const counted = await record(ends);
        onRecorded(ends.filter(({ claimed }) => counted.has(claimed.deliveryId)));
        return;
      } catch (error) {
        // Given up, these deliveries are sent again under the same ids once their claims have ended.
        const final = retryVerdict(error) === 'permanent' || closing.signal.aborted;
        log[final ? 'error' : 'warn']('attempts are not recorded', { error, count: ends.length });
        if (final) return;
      }
      await sleep(pauseMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  return {
    add(end) {
      waiting.push(end);
      running ??= drain();
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}
