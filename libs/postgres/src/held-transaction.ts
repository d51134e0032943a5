import { CodedError } from '@bridge/core';
import type { Postgres } from './connect.ts';
import type { Query, Tx } from './transaction.ts';

/** A transaction that stays open between reading a batch and writing it. */
export type HeldTransaction<T> = {
  readonly query: Query;
  finish(write: (tx: Tx) => Promise<T>): Promise<T>;
  /** Rolls back; harmless after `finish`. */
  abandon(): Promise<void>;
};

export function holdTransaction<T>(postgres: Pick<Postgres, 'transaction'>): HeldTransaction<T> {
  const opened = Promise.withResolvers<Tx>();
  const decided = Promise.withResolvers<(tx: Tx) => Promise<T>>();
  const running = postgres.transaction(async (tx) => {
    await tx.query(limitIdling);
    opened.resolve(tx);
    return (await decided.promise)(tx);
  });
  // Callers of `query` and `finish` get the failure; without one of them it must not end the process.
  running.catch((error: unknown) => opened.reject(error));
  opened.promise.catch(() => undefined);
  decided.promise.catch(() => undefined);

  return {
    query: async (text, params) => (await opened.promise).query(text, params),
    finish(write) {
      decided.resolve(write);
      return running;
    },
    async abandon() {
      decided.reject(abandoned);
      await running.catch(() => undefined);
    },
  };
}

/** A process that stands still (SIGSTOP, a long pause) must not hold up the next owner of its partition. */
const limitIdling = `set local idle_in_transaction_session_timeout = '5s'`;

const abandoned = new CodedError('batch_abandoned', 'transient', 'the batch was given up');
