import type { Query } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import { emptyLedger, type Ledger } from '../../notifications/domain/notification-plan.ts';
import type { RecordAccess } from './access-log.ts';

/** Reads for people how a person's notifications stand. Each look is recorded in `phi_access_log` first. */
export type LedgerReader = { read(userId: string, accessor: string): Promise<Ledger> };

export function createLedgerReader(deps: {
  readonly query: Query;
  readonly vault: Vault;
  readonly recordAccess: RecordAccess;
}): LedgerReader {
  const { query, vault, recordAccess } = deps;
  return {
    async read(userId, accessor) {
      const subjectId = (await vault.find([userId])).get(userId)?.subjectId;
      if (subjectId === undefined) return emptyLedger;
      await recordAccess({ accessor, table: 'alerts.notification_groups', subjectIds: [subjectId] });
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
