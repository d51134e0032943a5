import { unpackMessage, type RelayRow, type RelayStore } from '@bridge/kafka';
import type { Outbox, OutboxRow, Query } from '@bridge/postgres';
import { openWith, serviceSubject, type Place, type Vault } from '@bridge/vault';

export function outboxPlace(ceId: string, subject: string): Place {
  return { table: 'alerts.outbox', column: 'sealed', row: ceId, subject };
}

/** Outbox rows as the relay wants them: opened and unpacked. */
export function createOutboxRows(query: Query, outbox: Outbox, vault: Vault): RelayStore {
  async function open(rows: readonly OutboxRow[]): Promise<RelayRow[]> {
    const people = await vault.byId(rows.flatMap(({ subjectId }) => subjectId ?? []));
    const serviceKey = await vault.serviceKey();
    const unreadable: number[] = [];
    const opened = rows.flatMap(({ id, subjectId, ceId, sealed }) => {
      const person = subjectId === null ? undefined : people.get(subjectId);
      const key = subjectId === null ? serviceKey : person?.erased === false ? person.key : undefined;
      if (key === undefined) unreadable.push(id);
      if (key === undefined) return [];
      const packed = openWith(key, sealed, outboxPlace(ceId, subjectId ?? serviceSubject));
      return [{ id, subjectId, message: unpackMessage(packed) }];
    });
    // An erased person's messages must not go out, and nobody can read them any more.
    if (unreadable.length > 0) await outbox.remove(query, unreadable);
    return opened;
  }

  return {
    pending: async (wanted) => open(await outbox.pending(query, { ...wanted, limit: 500 })),
    remove: (ids) => outbox.remove(query, ids),
    park: (id, reason) => outbox.park(query, id, reason),
  };
}
