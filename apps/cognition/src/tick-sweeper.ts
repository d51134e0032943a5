// Time passes without events too: persons whose state changes by itself are decided at their due times.
// Holds: no tick overtakes an event that arrived before it was due; one worker decides a person at a time.
import { setTimeout as sleep } from 'node:timers/promises';
import { retryVerdict, type Closeable, type Log } from '@bridge/core';

export type TickSweeperDeps = {
  /** The watermark in milliseconds since 1970: each partition is decided up to then, or to its end. */
  readonly loadWatermark: () => Promise<number>;
  /** Decides what is due for some persons, in one transaction; returns how many. See `adapters/decide-due.ts`. */
  readonly decideDue: (until: number) => Promise<number>;
  /** Between two looks, in milliseconds. Default 1,000. */
  readonly everyMs?: number;
  readonly log: Log;
};

/** Decides due persons again and again, until it is closed. */
export function startTickSweeper({
  loadWatermark,
  decideDue,
  everyMs = 1_000,
  log,
}: TickSweeperDeps): Closeable {
  const stopping = new AbortController();

  async function sweep(): Promise<void> {
    const until = await loadWatermark();
    while (!stopping.signal.aborted && (await decideDue(until)) > 0);
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await sweep();
      } catch (error) {
        // Nothing was written: the persons stay due, and the next look tries again.
        const verdict = retryVerdict(error);
        if (verdict === 'permanent') log.error('due persons could not be decided', { error });
        else log.debug('due persons could not be decided yet', { error, verdict });
      }
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  const running = run();
  return {
    close: async () => {
      stopping.abort();
      await running;
    },
  };
}
