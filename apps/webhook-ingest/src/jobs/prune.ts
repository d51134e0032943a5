import type { Query } from '@bridge/postgres';

const atOnce = 5_000;

/** Tables with the condition of expired rows. Documents and series are kept as long as events. */
const expired = [
  ['ingest.notices', "state in ('resolved', 'gave_up') and received_at < now() - interval '30 days'"],
  ['ingest.notices', 'received_at < now() - make_interval(days => delivery.retention_days())'],
  ['ingest.seen_signatures', 'expires_at < now()'],
  ['ingest.consents', 'expires_at < now()'],
  ['ingest.documents', 'received_at < now() - make_interval(days => delivery.retention_days())'],
  ['ingest.series', 'hour < now() - make_interval(days => delivery.retention_days())'],
  ['ingest.request_budgets', 'expire < extract(epoch from now()) * 1000'],
] as const;

/** In: cron job `prune`, daily. Deletes a few thousand rows at a time, so that locks stay short. */
export function createPrune(query: Query) {
  return async function prune(): Promise<void> {
    for (const [table, condition] of expired) {
      for (let deleted = atOnce; deleted === atOnce;) {
        const rows = await query(
          `delete from ${table} where ctid = any(array(select ctid from ${table} where ${condition} limit ${String(atOnce)}))
           returning 1`,
        );
        deleted = rows.length;
      }
    }
    await query(`
      select graphile_worker.complete_jobs(array(
        select id from graphile_worker.jobs
         where attempts >= max_attempts and locked_at is null and updated_at < now() - interval '7 days'))`);
  };
}
