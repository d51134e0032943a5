import type { Query } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';

/**
 * Finds persons with unpublished rows. The outbox is nearly always empty, so that is checked first; only then are persons
 * looked up. Parked rows count: they hold up their person's later ones.
 */
export function createOutboxBacklog(query: Query, vault: Vault) {
  return async function backlogOf(userIds: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const [any] = await query<{ id: number }>('select id from ingest.outbox limit 1');
    if (any === undefined) return new Set();
    const people = await vault.find(userIds);
    const rows = await query<{ subjectId: string }>(
      'select distinct subject_id "subjectId" from ingest.outbox where subject_id = any($1::uuid[])',
      [[...people.values()].map(({ subjectId }) => subjectId)],
    );
    const withRows = new Set(rows.map(({ subjectId }) => subjectId));
    return new Set(
      [...people].flatMap(([userId, { subjectId }]) => (withRows.has(subjectId) ? [userId] : [])),
    );
  };
}
