import { CodedError } from '@bridge/core';
import type { IncomingMessage, Move, Relay, RelayRow } from '@bridge/kafka';
import {
  holdTransaction,
  type EventKey,
  type EventKeys,
  type Positions,
  type Postgres,
  type Query,
  type Statement,
  type Tx,
} from '@bridge/postgres';
import { relayRows, type Announcement } from './announcement.ts';
import type { BatchWrite, BatchWriter, OutboxReceipt } from './batch-writer.ts';

/**
 * One batch on its way through the database: read, stage, commit, hand over. Rows are locked in one order by every
 * worker: positions, event keys, the service's own rows, the outbox.
 */
export type BatchTransaction = {
  /** On the transaction that holds the locks, else on the pool. */
  readonly query: Query;
  /**
   * Locks the batch's positions, then adds those of the keys that are new and returns them in hex. Only for a batch that
   * holds locks; it waits for a worker that holds them.
   */
  claim(keys: readonly EventKey[]): Promise<ReadonlySet<string>>;
  /** Says what `commit` writes. A failure of the promise becomes the commit's. */
  stage(statements: Promise<readonly Statement[]>, announcements: readonly Announcement[]): void;
  /** Writes positions, statements and announcements in one transaction, in one round trip. */
  commit(moves: readonly Move[]): Promise<void>;
  /** After the commit: the relay gets the rows that must go out. */
  handOver(): void;
  /** Rolls back; harmless after the commit. */
  abandon(): Promise<void>;
};

export type BatchTransactionDeps = {
  readonly postgres: Pick<Postgres, 'query' | 'transaction'>;
  readonly positions: Pick<Positions, 'lock'>;
  readonly eventKeys: Pick<EventKeys, 'claim'>;
  readonly writer: BatchWriter;
  readonly relay: Pick<Relay, 'offer'>;
};

/** @param locked Rows stay locked from reading to the commit, in one transaction that begins now. */
export type BeginBatch = (messages: readonly IncomingMessage[], locked: boolean) => BatchTransaction;

type State =
  | { readonly phase: 'reading' }
  | {
      readonly phase: 'staged';
      readonly write: Promise<BatchWrite>;
      readonly announcements: readonly Announcement[];
    }
  | {
      readonly phase: 'committed';
      readonly rows: readonly RelayRow[];
      readonly blocked: ReadonlySet<string>;
    };

export function createBatchTransactions(deps: BatchTransactionDeps): BeginBatch {
  const { postgres, positions, eventKeys, writer, relay } = deps;
  return function beginBatch(messages, locked) {
    const held = locked ? holdTransaction<OutboxReceipt>(postgres) : undefined;
    let state: State = { phase: 'reading' };
    return {
      query: held?.query ?? postgres.query,
      async claim(keys) {
        if (!held) throw wrongPhase('not_locked', 'keys were claimed by a batch that holds no locks');
        const { topics, partitions } = partitionsOf(messages);
        await positions.lock(held.query, topics, partitions);
        return eventKeys.claim(held.query, keys);
      },
      stage(statements, announcements) {
        const entries = announcements.map(({ entry }) => entry);
        const write = statements.then((own) => writer.compose(own, entries));
        // The commit waits for it, and fails if this fails.
        write.catch(() => undefined);
        state = { phase: 'staged', write, announcements };
      },
      async commit(moves) {
        if (state.phase !== 'staged')
          throw wrongPhase('not_staged', 'a batch was committed before it was staged');
        const { announcements } = state;
        const batch = await state.write;
        const write = (tx: Tx) => writer.write(tx, batch, moves);
        const { outboxIds, blocked } = held ? await held.finish(write) : await postgres.transaction(write);
        state = { phase: 'committed', rows: relayRows(announcements, outboxIds), blocked };
      },
      handOver() {
        if (state.phase === 'committed') relay.offer(state.rows, state.blocked);
      },
      async abandon() {
        await held?.abandon();
      },
    };
  };
}

/** Each partition of the batch once. */
function partitionsOf(messages: readonly IncomingMessage[]) {
  const byPartition = new Map(messages.map((one) => [`${one.topic}/${one.partition}`, one]));
  const first = [...byPartition.values()];
  return {
    topics: first.map(({ topic }) => topic),
    partitions: first.map(({ partition }) => partition),
  };
}

function wrongPhase(code: 'not_locked' | 'not_staged', message: string): CodedError {
  return new CodedError(code, 'permanent', message);
}
