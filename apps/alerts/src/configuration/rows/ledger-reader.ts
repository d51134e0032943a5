import type { Query } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import { emptyLedger, type Ledger } from '../../notifications/domain/notification-plan.ts';
import { readLedger } from '../../notifications/rows/ledger-rows.ts';
import type { NoteUnreadable } from '../../unreadable-rows.ts';
import type { RecordAccess } from './access-log.ts';

/** Reads for people how a person's notifications stand. Each look is recorded in `phi_access_log` first. */
export type LedgerReader = { read(userId: string, accessor: string): Promise<Ledger> };

export function createLedgerReader(deps: {
  readonly query: Query;
  readonly vault: Vault;
  readonly noteUnreadable: NoteUnreadable;
  readonly recordAccess: RecordAccess;
}): LedgerReader {
  const { vault, recordAccess } = deps;
  return {
    async read(userId, accessor) {
      const subjectId = (await vault.find([userId])).get(userId)?.subjectId;
      if (subjectId === undefined) return emptyLedger;
      await recordAccess({ accessor, table: 'alerts.notification_groups', subjectIds: [subjectId] });
      return loadLedger(deps, subjectId);
    },
  };
}

/** What the notifications of one person have come to. */
export async function loadLedger(
  { query, noteUnreadable }: { readonly query: Query; readonly noteUnreadable: NoteUnreadable },
  subjectId: string,
): Promise<Ledger> {
  const [row] = await query<{ ledger: unknown }>(
    'select ledger from alerts.notification_groups where subject_id = $1',
    [subjectId],
  );
  return row === undefined ? emptyLedger : readLedger({ subjectId, ...row }, noteUnreadable);
}
