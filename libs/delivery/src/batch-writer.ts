import type { Move } from '@bridge/kafka';
import type { Outbox, OutboxEntry, Positions, Statement, Tx } from '@bridge/postgres';

/** Everything that a batch writes besides its positions, as statements; its rows are not needed any more. */
export type BatchWrite = {
  readonly statements: readonly Statement[];
  /** The last two statements return the persons that are blocked, and the ids of the outbox rows. */
  readonly hasOutbox: boolean;
};

export type OutboxReceipt = {
  /** Ids of the outbox rows, in their order. */
  readonly outboxIds: readonly number[];
  /** Persons of these rows whose older rows another process has not published yet. */
  readonly blocked: ReadonlySet<string>;
};

export type BatchWriter = {
  /** @param statements The service's own, in the order in which every worker locks rows. */
  compose(statements: readonly Statement[], entries: readonly OutboxEntry[]): BatchWrite;
  /** Writes the batch and commits, in one round trip. */
  write(tx: Tx, batch: BatchWrite, moves: readonly Move[]): Promise<OutboxReceipt>;
};

/** Positions come first and the outbox last, in every service: another order deadlocks. */
export function createBatchWriter(deps: {
  readonly positions: Pick<Positions, 'moveStatement'>;
  readonly outbox: Pick<Outbox, 'addStatement' | 'blockedStatement'>;
}): BatchWriter {
  const { positions, outbox } = deps;
  return {
    compose(statements, entries) {
      if (entries.length === 0) return { statements, hasOutbox: false };
      const persons = new Set(entries.flatMap(({ subjectId }) => subjectId ?? []));
      const last = [outbox.blockedStatement([...persons]), outbox.addStatement(entries)];
      return { statements: [...statements, ...last], hasOutbox: true };
    },
    async write(tx, { statements, hasOutbox }, moves) {
      const first = moves.length === 0 ? [] : [positions.moveStatement(moves)];
      const results = await tx.pipelineAndCommit([...first, ...statements]);
      if (!hasOutbox) return { outboxIds: [], blocked: new Set() };
      const [blocked, added] = results.slice(-2) as [{ subjectId: string }[], { id: number }[]];
      return {
        outboxIds: added.map(({ id }) => id),
        blocked: new Set(blocked.map(({ subjectId }) => subjectId)),
      };
    },
  };
}
