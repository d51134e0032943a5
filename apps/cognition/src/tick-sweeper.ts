// Time passes without events too: persons whose state changes by itself are decided at their due times.
// Holds: no tick overtakes an event that arrived before it was due; one worker decides a person at a time.
import type { Closeable, Log } from '@bridge/core';
import { repeatUntilClosed } from '@bridge/service-runtime';

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
  return repeatUntilClosed(
    async (signal) => {
      const until = await loadWatermark();
      while (!signal.aborted && (await decideDue(until)) > 0);
    },
    // Nothing was written: the persons stay due.
    { failure: 'due persons could not be decided', everyMs, log },
  );
}
