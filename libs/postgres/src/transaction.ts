import type pg from 'pg';
import { CodedError } from '@bridge/core';

/** Runs one statement and returns its rows. */
export type Query = <Row>(text: string, params?: readonly unknown[]) => Promise<Row[]>;

/** One statement of a pipelined transaction. The name makes it a prepared statement of its connection. */
export type Statement = { readonly name: string; readonly text: string; readonly values: readonly unknown[] };

export type Tx = {
  readonly query: Query;
  /**
   * Sends the statements and then COMMIT without waiting in between; returns each statement's rows, in order.
   * The transaction is over afterwards.
   */
  readonly pipelineAndCommit: (statements: readonly Statement[]) => Promise<unknown[][]>;
};

export type Transaction = <T>(run: (tx: Tx) => Promise<T>) => Promise<T>;

export function createTransaction(pool: pg.Pool): Transaction {
  return async function transaction(run) {
    const client = await pool.connect();
    const state = { committed: false };
    let broken: Error | undefined;
    const query: Query = async <Row>(text: string, params?: readonly unknown[]) =>
      (await client.query(text, params as unknown[])).rows as Row[];
    const pipelineAndCommit = async (statements: readonly Statement[]): Promise<unknown[][]> => {
      const results = await sendAll(client, [...statements, commit]);
      state.committed = true;
      return results.slice(0, -1).map((result) => result.rows as unknown[]);
    };
    try {
      // Not awaited: BEGIN travels with the first statement. Its own failure shows on that statement too.
      const begun = client.query('BEGIN');
      begun.catch(() => undefined);
      const value = await run({ query, pipelineAndCommit });
      await begun;
      if (!state.committed) await sendAll(client, [commit]);
      return value;
    } catch (error) {
      await client.query('ROLLBACK').catch((failure: unknown) => (broken = failure as Error));
      throw error;
    } finally {
      client.release(broken);
    }
  };
}

const commit: Statement = { name: '', text: 'COMMIT', values: [] };

/**
 * Throws the first failure in order, since later ones only say that the transaction is aborted. A COMMIT that
 * follows a failed statement answers ROLLBACK without an error, so its answer is checked as well.
 */
async function sendAll(client: pg.PoolClient, statements: readonly Statement[]): Promise<pg.QueryResult[]> {
  const settled = await Promise.allSettled(
    statements.map(({ name, text, values }) =>
      values.length === 0 ? client.query(text) : client.query({ name, text, values: values as unknown[] }),
    ),
  );
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  const results = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (results.at(-1)?.command !== 'COMMIT') {
    throw new CodedError('not_committed', 'transient', 'the server answered COMMIT with ROLLBACK');
  }
  return results;
}
