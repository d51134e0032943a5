import type { Closeable, Log } from '@bridge/core';
import type { Postgres, Query } from '@bridge/postgres';

/** Any constant serves; it only has to differ from the other advisory locks of this database. */
const lock = 0x6e65_7572;

export type OnlyOneOptions = {
  readonly postgres: Pick<Postgres, 'reserve'>;
  /** What the one worker does, again and again, on the connection that holds the lock. */
  readonly work: (query: Query) => Promise<void>;
  /** This worker is not the one, or no longer. */
  readonly onOther: () => void;
  /** Between two looks, in milliseconds. Default 15,000. */
  readonly everyMs?: number;
  readonly log: Log;
};

/** Of several workers, the one that holds an advisory lock works for all of them. Another follows when it is gone. */
export function startOnlyOne(options: OnlyOneOptions): Closeable {
  const { postgres, work, onOther, everyMs = 15_000, log } = options;
  let holder: Awaited<ReturnType<Postgres['reserve']>> | undefined;

  async function tryToWork(): Promise<void> {
    holder ??= await postgres.reserve();
    const [row] = await holder.query<{ mine: boolean }>('select pg_try_advisory_lock($1) mine', [lock]);
    if (row?.mine) await work(holder.query);
    else onOther();
  }

  const tick = () =>
    tryToWork().catch((error: unknown) => {
      // The lock went with its connection; the next tick takes a new one.
      void holder?.close();
      holder = undefined;
      onOther();
      log.debug('the work that one worker does for all was not done', { error });
    });
  let working = tick();
  const timer = setInterval(() => {
    working = working.then(tick);
  }, everyMs);
  return {
    close: async () => {
      clearInterval(timer);
      await working;
      void holder?.close();
      holder = undefined;
    },
  };
}
