import { unpackMessage, type PendingRows, type RelayRow, type RelayStore } from '@bridge/kafka';
import type { Outbox, OutboxRow, Query } from '@bridge/postgres';
import { openWith, serviceSubject, type Vault } from '@bridge/vault';
import { outboxPlace } from './decision-rows.ts';

/** Outbox rows as the relay wants them: opened and unpacked. */
export function createOutboxRows(query: Query, outbox: Outbox, vault: Vault): RelayStore {
  async function open(rows: readonly OutboxRow[]): Promise<RelayRow[]> {
    const people = await vault.byId(rows.flatMap(({ subjectId }) => subjectId ?? []));
    const serviceKey = rows.some(({ subjectId }) => subjectId === null)
      ? await vault.serviceKey()
      : undefined;
    const opened: RelayRow[] = [];
    const erased: number[] = [];
    for (const { id, subjectId, ceId, sealed } of rows) {
      const person = subjectId === null ? undefined : people.get(subjectId);
      const key = person === undefined ? serviceKey : person.erased ? undefined : person.key;
      if (key === undefined) erased.push(id);
      else {
        const packed = openWith(key, sealed, outboxPlace(ceId, subjectId ?? serviceSubject));
        opened.push({ id, subjectId, message: unpackMessage(packed) });
      }
    }
    // An erased person's messages can't be read any more and must not go out.
    if (erased.length > 0) await outbox.remove(query, erased);
    return opened;
  }

  return {
    pending: async (wanted: PendingRows) => open(await outbox.pending(query, { ...wanted, limit: 500 })),
    remove: (ids) => outbox.remove(query, ids),
    park: (id, reason) => outbox.park(query, id, reason),
  };
}
