import type { Log } from '@bridge/core';
import { unpackMessage } from './outbox-payload.ts';
import type { PendingRows, RelayRow, RelayStore } from './relay-rows.ts';

type SealedRow = {
  readonly id: number;
  readonly subjectId: string | null;
  readonly ceId: string;
  readonly sealed: Buffer;
};

export type OutboxRowsDeps<Row extends SealedRow> = {
  /** The table: see `createOutbox` in libs/postgres. */
  readonly rows: {
    readonly pending: (wanted: PendingRows) => Promise<readonly Row[]>;
    readonly remove: (ids: readonly number[]) => Promise<void>;
    readonly park: (id: number, reason: string) => Promise<void>;
  };
  /** See `createOutboxSeal` in libs/vault. */
  readonly unseal: (rows: readonly Row[]) => Promise<(Buffer | 'erased' | 'unreadable')[]>;
  readonly log: Log;
};

/** Reads outbox rows for the relay: unsealed and unpacked. */
export function createOutboxRows<Row extends SealedRow>({
  rows,
  unseal,
  log,
}: OutboxRowsDeps<Row>): RelayStore {
  async function readable(sealed: readonly Row[]): Promise<RelayRow[]> {
    const payloads = await unseal(sealed);
    const found: RelayRow[] = [];
    const erased: number[] = [];
    for (const [index, { id, subjectId }] of sealed.entries()) {
      const packed = payloads[index];
      if (Buffer.isBuffer(packed)) found.push({ id, subjectId, message: unpackMessage(packed) });
      else if (packed === 'erased') erased.push(id);
      else {
        // Thrown on, it would hold up everybody's rows; parked, only its own person's later ones.
        log.error('an outbox row cannot be unsealed; it is parked', { outbox_id: id });
        await rows.park(id, 'unreadable');
      }
    }
    // The person was erased since: the row cannot be read and must not go out.
    if (erased.length > 0) await rows.remove(erased);
    return found;
  }

  return {
    remove: rows.remove,
    park: rows.park,
    async pending(wanted) {
      // Nothing means that the table is empty of them, so a page of which nothing can go out is not the last one.
      for (;;) {
        const sealed = await rows.pending(wanted);
        const found = await readable(sealed);
        if (found.length > 0 || sealed.length === 0) return found;
      }
    },
  };
}
