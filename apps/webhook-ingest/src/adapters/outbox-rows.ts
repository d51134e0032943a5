import type { Log } from '@bridge/handler';
import { unpackMessage, type PendingRows, type RelayRow, type RelayStore } from '@bridge/kafka';
import type { Outbox, OutboxRow, Query } from '@bridge/postgres';
import { openWith, serviceSubject, type DataKey, type Vault } from '@bridge/vault';
import { outboxPlace } from './outbox-spool.ts';

const rowsAtOnce = 500;

type Deps = { readonly query: Query; readonly outbox: Outbox; readonly vault: Vault; readonly log: Log };

/** Outbox rows as the relay wants them: opened and unpacked. */
export function createOutboxRows({ query, outbox, vault, log }: Deps): RelayStore {
  async function keysOf(rows: readonly OutboxRow[]): Promise<Map<string | null, DataKey>> {
    const people = await vault.byId(rows.flatMap(({ subjectId }) => subjectId ?? []));
    const keys = new Map<string | null, DataKey>();
    for (const person of people.values()) if (!person.erased) keys.set(person.subjectId, person.key);
    if (rows.some(({ subjectId }) => subjectId === null)) keys.set(null, await vault.serviceKey());
    return keys;
  }

  async function open(rows: readonly OutboxRow[]): Promise<RelayRow[]> {
    const keys = await keysOf(rows);
    const opened: RelayRow[] = [];
    const erased: number[] = [];
    for (const { id, subjectId, ceId, sealed } of rows) {
      const key = keys.get(subjectId);
      if (key === undefined) {
        erased.push(id);
        continue;
      }
      try {
        const packed = openWith(key, sealed, outboxPlace(ceId, subjectId ?? serviceSubject));
        opened.push({ id, subjectId, message: unpackMessage(packed) });
      } catch (error) {
        // Thrown on, it would hold up everybody's rows; parked, only its own person's later ones.
        log.error('an outbox row cannot be opened; it is parked', { outbox_id: id, error });
        await outbox.park(query, id, 'unreadable');
      }
    }
    // The person was erased since: the row cannot be read and must not go out.
    if (erased.length > 0) await outbox.remove(query, erased);
    return opened;
  }

  return {
    pending: async (wanted: PendingRows) =>
      open(await outbox.pending(query, { ...wanted, limit: rowsAtOnce })),
    remove: (ids) => outbox.remove(query, ids),
    park: (id, reason) => outbox.park(query, id, reason),
  };
}
