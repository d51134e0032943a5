import pg from 'pg';
import { Gauge, type Registry } from 'prom-client';
import type { Closeable, Component, ComponentState, Log } from '@bridge/core';
import { createTransaction, type Query, type Transaction } from './transaction.ts';

export type PostgresConfig = {
  /** `postgresql://user:password@host:port/database`. */
  readonly url: string;
  /** Most connections of this process. */
  readonly max: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** A statement is cancelled after this many milliseconds. Default 15,000. */
  readonly statementTimeoutMs?: number;
};

export type Postgres = Closeable & {
  readonly query: Query;
  /** BEGIN … COMMIT on one connection; any throw rolls back. */
  readonly transaction: Transaction;
  /** One connection for its holder alone, such as for a session's advisory lock. Close it to give it back. */
  readonly reserve: () => Promise<Closeable & { readonly query: Query }>;
  readonly component: Component;
};

/** int8 (type 20) arrives as text, because it can exceed 2^53. Our counters and offsets never do. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * Opens a pool. It does not wait for the server: a service starts while PostgreSQL is down, and its component reports that.
 * Every connection can pipeline, so that a transaction's statements travel in one round trip.
 */
export function connectPostgres(
  config: PostgresConfig,
  { log, metrics }: { log: Log; metrics: Registry },
): Postgres {
  const statementTimeoutMs = config.statementTimeoutMs ?? 15_000;
  const pool = new pg.Pool({
    connectionString: config.url,
    max: config.max,
    application_name: config.applicationName,
    connectionTimeoutMillis: 3_000,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + 2_000,
    idle_in_transaction_session_timeout: 30_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    types,
    pipeline: true,
  });
  // The server closed a connection. The pool drops it and the next query opens a new one; its holder learns from
  // the next query. Without a listener on each client the event would end the process.
  pool.on('error', (error) => log.warn('idle database connection lost', { error }));
  pool.on('connect', (client) =>
    client.on('error', (error) => log.debug('database connection lost', { error })),
  );
  observePool(pool, metrics);

  const query: Query = async <Row>(text: string, params?: readonly unknown[]) =>
    (await pool.query(text, params as unknown[])).rows as Row[];

  return {
    query,
    reserve: async () => {
      const client = await pool.connect();
      return {
        query: async <Row>(text: string, params?: readonly unknown[]) =>
          (await client.query(text, params as unknown[])).rows as Row[],
        // Ended instead of reused: the session's locks go with it.
        close: () => client.release(true),
      };
    },
    transaction: createTransaction(pool),
    component: {
      name: 'postgres',
      needed: true,
      check: async (): Promise<ComponentState> => {
        await pool.query('select 1');
        return 'healthy';
      },
    },
    close: () => (pool.ended ? undefined : pool.end()),
  };
}

function observePool(pool: pg.Pool, metrics: Registry): void {
  new Gauge({
    name: 'postgres_pool_size',
    help: 'Open database connections of this process.',
    registers: [metrics],
    collect() {
      this.set(pool.totalCount);
    },
  });
  new Gauge({
    name: 'postgres_pool_free',
    help: 'Open database connections that nobody uses.',
    registers: [metrics],
    collect() {
      this.set(pool.idleCount);
    },
  });
}
