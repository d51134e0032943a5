import { CodedError } from '@bridge/core';
import type { DataKey } from './data-key.ts';
import { sealWith, unsealWith, type Place } from './seal.ts';
import { serviceSubject, type LiveSubject } from './subject.ts';
import type { Vault } from './vault.ts';

/** `null` is a message of no known person. */
export type SealedOutboxRow = {
  readonly subjectId: string | null;
  readonly ceId: string;
  readonly sealed: Buffer;
};

export type OutboxSeal = {
  /** Seals a packed message for the person whom it is about. */
  readonly seal: (packed: Buffer, ceId: string, person: LiveSubject) => Buffer;
  /** Seals a packed message of no known person. */
  readonly sealForService: (packed: Buffer, ceId: string) => Promise<Buffer>;
  /** Opens rows: `erased` where the person's key is gone, `unreadable` where the row was changed or moved. */
  readonly unseal: (rows: readonly SealedOutboxRow[]) => Promise<(Buffer | 'erased' | 'unreadable')[]>;
};

/** Seals and opens the messages of one outbox. @param table With schema, such as `alerts.outbox`. */
export function createOutboxSeal(vault: Vault, table: string): OutboxSeal {
  const place = (ceId: string, subject: string): Place => ({ table, column: 'sealed', row: ceId, subject });
  const unsealOne = (key: DataKey, { ceId, sealed, subjectId }: SealedOutboxRow) => {
    try {
      return unsealWith(key, sealed, place(ceId, subjectId ?? serviceSubject));
    } catch (error) {
      if (error instanceof CodedError) return 'unreadable';
      throw error;
    }
  };
  return {
    seal: (packed, ceId, person) => sealWith(person.key, packed, place(ceId, person.subjectId)),
    sealForService: (packed, ceId) => vault.sealForService(packed, { table, column: 'sealed', row: ceId }),
    unseal: async (rows) => {
      const people = await vault.byId(rows.flatMap(({ subjectId }) => subjectId ?? []));
      const serviceKey = rows.some(({ subjectId }) => subjectId === null)
        ? await vault.serviceKey()
        : undefined;
      return rows.map((row) => {
        const person = row.subjectId === null ? undefined : people.get(row.subjectId);
        const key = row.subjectId === null ? serviceKey : person?.erased === false ? person.key : undefined;
        return key === undefined ? 'erased' : unsealOne(key, row);
      });
    },
  };
}
