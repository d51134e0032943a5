import type { Query } from '@bridge/postgres';

/**
 * Until the transaction ends no other one writes this person's objects or series: versions are counted in order, and rows of
 * the outbox get their ids in that order.
 */
export async function lockPerson(query: Query, subjectId: string): Promise<void> {
  await query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [subjectId]);
}
