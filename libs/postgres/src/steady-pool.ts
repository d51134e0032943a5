import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { retryVerdict, type Closeable, type Log } from '@bridge/core';
import type { PostgresConfig } from './connect.ts';

type Deps = {
  readonly log: Log;
  /** An answer was lost: the statement may have run once more than the library knows. */
  readonly onLost: () => void;
};

export type SteadyPool = Closeable & { readonly pool: pg.Pool };

const retryAfterMs = 500;

/**
 * A pool for a library that gives up when a connection is lost, or ignores the loss. While PostgreSQL is down, its
 * statements wait, and a statement whose connection breaks is sent again on another one: only for statements that may run
 * twice, and never for transactions. A client requested by callback, as for LISTEN, is a plain one.
 */
export function createSteadyPool(config: PostgresConfig, { log, onLost }: Deps): SteadyPool {
  const plain = new pg.Pool({
    connectionString: config.url,
    max: config.max,
    application_name: config.applicationName,
    connectionTimeoutMillis: 3_000,
    keepAlive: true,
  });
  plain.on('error', (error) => log.debug('idle database connection lost', { error }));
  plain.on('connect', (client) =>
    client.on('error', (error) => log.debug('database connection lost', { error })),
  );

  let isClosing = false;
  /** Statements under way: the pool ends after their answers. */
  const asked = new Set<Promise<unknown>>();

  async function connectWhenUp(): Promise<pg.PoolClient> {
    for (;;) {
      try {
        return await plain.connect();
      } catch (error) {
        if (isClosing || retryVerdict(error) !== 'transient') throw error;
        await sleep(retryAfterMs);
      }
    }
  }

  function query(statement: string | pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> {
    const answer = queryWhenUp(statement, values);
    asked.add(answer);
    const forget = () => asked.delete(answer);
    answer.then(forget, forget);
    return answer;
  }

  async function queryWhenUp(
    statement: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult> {
    for (;;) {
      const client = await connectWhenUp();
      try {
        return await client.query(statement, values);
      } catch (error) {
        if (isClosing || retryVerdict(error) !== 'transient') throw error;
        log.warn('a statement is sent again', { error });
        onLost();
      } finally {
        client.release();
      }
    }
  }

  const steady = {
    options: plain.options,
    on: plain.on.bind(plain),
    listeners: plain.listeners.bind(plain),
    removeListener: plain.removeListener.bind(plain),
    query,
    connect: (callback?: Parameters<pg.Pool['connect']>[0]) =>
      callback === undefined
        ? // Each statement takes a connection of its own, so there is nothing to release.
          Promise.resolve({ query, release: () => undefined })
        : plain.connect(callback),
  };
  return {
    pool: steady as unknown as pg.Pool,
    async close() {
      if (isClosing) return;
      isClosing = true;
      await Promise.allSettled(asked);
      await plain.end();
    },
  };
}
