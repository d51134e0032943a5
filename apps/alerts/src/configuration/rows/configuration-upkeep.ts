import type { Query } from '@bridge/postgres';
import type { RevisedTable } from './revised-rows.ts';

const silencesKeptMs = 90 * 86_400_000;
const revisionsKept = 100;
/** Few at a time, so that no lock lasts. */
const pruneStep = 1_000;

/** Deletes some of the silences that ended more than 90 days ago, and all but the newest 100 revisions of routes and budgets. */
export async function pruneConfiguration(query: Query, now: number): Promise<void> {
  await query(
    `delete from alerts.silences where silence_id in (
       select silence_id from alerts.silences where ends_at < to_timestamp($1 / 1000.0)
        order by ends_at limit $2 for update skip locked)`,
    [now - silencesKeptMs, pruneStep],
  );
  await pruneRevisions(query, 'alerts.routings');
  await pruneRevisions(query, 'alerts.budgets');
}

/** Revisions are numbered without gaps. */
async function pruneRevisions(query: Query, table: RevisedTable): Promise<void> {
  await query(`delete from ${table} where revision <= (select max(revision) - $1 from ${table})`, [
    revisionsKept,
  ]);
}
