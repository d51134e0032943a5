import { setTimeout as sleep } from 'node:timers/promises';
import { retryVerdict, type Closeable, type Log } from '@bridge/core';

export type RepeatOptions = {
  /** What the log says when a run fails, such as "due persons could not be decided". */
  readonly failure: string;
  /** Between two runs, in milliseconds. */
  readonly everyMs: number;
  readonly log: Log;
};

/**
 * Runs a task again and again, until it is closed; closing waits for the run that goes on. A task that failed must have changed
 * nothing: the next run tries again. A fault that will pass is logged for debugging only.
 */
export function repeatUntilClosed(
  run: (signal: AbortSignal) => Promise<void>,
  { failure, everyMs, log }: RepeatOptions,
): Closeable {
  const stopping = new AbortController();
  const { signal } = stopping;

  async function repeat(): Promise<void> {
    while (!signal.aborted) {
      try {
        await run(signal);
      } catch (error) {
        const verdict = retryVerdict(error);
        if (verdict === 'permanent') log.error(failure, { error });
        else log.debug(`${failure} yet`, { error, verdict });
      }
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  const repeating = repeat();
  return {
    close: async () => {
      stopping.abort();
      await repeating;
    },
  };
}
