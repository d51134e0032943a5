import type { Closeable, Log } from '@bridge/core';
import type { Postgres, Query } from '@bridge/postgres';

/** Any constant serves; it only has to differ from the other advisory locks of this database. */
const lock = 0x6e65_7572;

export type LeaderOptions = {
  readonly postgres: Pick<Postgres, 'reserve'>;
  /** The leader's work, done again and again on the connection that holds the lock. */
  readonly work: (query: Query) => Promise<void>;
  /** This worker does not lead, or no longer leads. */
  readonly onFollower: () => void;
  /** Between two looks, in milliseconds. Default 15,000. */
  readonly everyMs?: number;
  readonly log: Log;
};

/** The worker that holds an advisory lock works for all workers. Another takes over when it is gone. */
export function startLeader(options: LeaderOptions): Closeable {
  const { postgres, work, onFollower, everyMs = 15_000, log } = options;
  let holder: Awaited<ReturnType<Postgres['reserve']>> | undefined;

  async function tryToWork(): Promise<void> {
    holder ??= await postgres.reserve();
    const [row] = await holder.query<{ mine: boolean }>('select pg_try_advisory_lock($1) mine', [lock]);
    if (row?.mine) await work(holder.query);
    else onFollower();
  }

  const tick = () =>
    tryToWork().catch((error: unknown) => {
      // The lock went with its connection; the next tick takes a new one.
      void holder?.close();
      holder = undefined;
      onFollower();
      log.debug('the work of the leader failed', { error });
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
