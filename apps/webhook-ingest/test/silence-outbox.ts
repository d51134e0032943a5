import { alertStateSignalSchema, topics, type AlertStateSignal } from '@bridge/contracts';
import { createOutboxRows, type MakeMessage } from '@bridge/kafka';
import { createOutbox, type Query } from '@bridge/postgres';
import { createOutboxSeal, type Vault } from '@bridge/vault';
import { silentLog } from '@bridge/testing';

/** Plain JSON: the registry's frame is not what these tests are about. */
export const makePlainMessage: MakeMessage = ({ topic, userId, value }) => ({
  topic,
  key: userId ?? null,
  value: Buffer.from(JSON.stringify(value)),
  headers: {},
});

/** `ingest.outbox` as the relay reads it: what was sealed for its person, in order. */
export function openSignalOutbox(query: Query, vault: Vault) {
  const rows = createOutbox('ingest', 'test');
  const seal = createOutboxSeal(vault, 'ingest.outbox');
  const relayed = createOutboxRows({ rows: rows.rowsOn(query), unseal: seal.unseal, log: silentLog });
  return {
    rows,
    seal,
    nudge: () => undefined,
    async signals(): Promise<AlertStateSignal[]> {
      const pending = await relayed.pending({ own: true, subjectIds: [], abandonedAfterMs: 3_600_000 });
      // Events of the same people come before them.
      const signals = pending.filter(({ message }) => message.topic === topics.alerts.name);
      return signals.map(({ message }) => alertStateSignalSchema.parse(JSON.parse(String(message.value))));
    },
  };
}
