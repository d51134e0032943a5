import type { AlertStateSignal } from '@bridge/contracts';
import { packMessage } from '@bridge/kafka';
import type { Outbox, Postgres } from '@bridge/postgres';
import type { OutboxSeal } from '@bridge/vault';
import type { EventMessage } from '../../publishing/publish-or-spool.ts';
import type { SilenceStore } from '../watch-silence.ts';
import type { ExpectedInterval } from '../domain/expected-intervals.ts';
import { lockPerson } from '../../documents/rows/person-lock.ts';
import { loadFeedState, listSuspects, writeReportedStatement } from './silence-rows.ts';

type Deps = {
  readonly intervals: readonly ExpectedInterval[];
  readonly postgres: Pick<Postgres, 'query' | 'transaction'>;
  readonly outbox: Outbox;
  readonly outboxSeal: OutboxSeal;
  readonly toSignalMessage: (signal: AlertStateSignal) => EventMessage;
  /** Called after the commit when there is something to publish. */
  readonly onSpooled: () => void;
};

/** Silences in `ingest.arrivals`, with their signals in `ingest.outbox`. */
export function createSilenceStore({
  intervals,
  postgres,
  outbox,
  outboxSeal,
  toSignalMessage,
  onSpooled,
}: Deps): SilenceStore {
  const { query, transaction } = postgres;
  return {
    suspects: (now, after) => listSuspects(query, intervals, now, after),
    feedStateOf: (connectionId) => loadFeedState(query, connectionId),
    async settle(person, connectionId, decide) {
      const isReported = await transaction(async (tx) => {
        // Documents of this person are stored under the same lock: none arrives between this check and the signal.
        await lockPerson(tx.query, person.subjectId);
        const state = await loadFeedState(tx.query, connectionId);
        const change = state && decide(state);
        if (change === undefined) return false;
        const message = toSignalMessage(change.signal);
        const { ceId, topic } = message;
        const sealed = outboxSeal.seal(packMessage(message), ceId, person);
        await tx.pipelineAndCommit([
          writeReportedStatement(connectionId, change.reported),
          outbox.addStatement([{ subjectId: person.subjectId, ceId, topic, sealed }]),
        ]);
        return true;
      });
      if (isReported) onSpooled();
    },
    async forget(connectionId) {
      const { text, values } = writeReportedStatement(connectionId, { alertId: undefined, silences: [] });
      await query(text, values);
    },
  };
}
