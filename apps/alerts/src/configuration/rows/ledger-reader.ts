import type { Query } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import { emptyLedger, type Ledger } from '../../notifications/domain/notification-plan.ts';

/** Reads for people how a person's notifications stand. Each look is recorded in `phi_access_log` first. */
export type LedgerReader = { read(userId: string, accessor: string): Promise<Ledger> };

export function createLedgerReader({ query, vault }: { query: Query; vault: Vault }): LedgerReader {
  return {
    async read(userId, accessor) {
      const subjectId = (await vault.find([userId])).get(userId)?.subjectId;
      if (subjectId === undefined) return emptyLedger;
      await query(
        `insert into phi_access_log (user_id, accessor_id, access_type, table_name, record_id)
         values ($1, $2, 'READ', 'alerts.notification_groups', $1)`,
        [subjectId, accessor],
      );
      return loadLedger(query, subjectId);
    },
  };
}

/** What the notifications of one person have come to. */
export async function loadLedger(query: Query, subjectId: string): Promise<Ledger> {
  const [row] = await query<{ ledger: Ledger }>(
    'select ledger from alerts.notification_groups where subject_id = $1',
    [subjectId],
  );
  return row?.ledger ?? emptyLedger;
}
