import type { Query } from '@bridge/postgres';
import { scheduledPriority } from '../../notices/domain/queue-position.ts';
import { addJobs } from '../../jobs/add-jobs.ts';

/** Behind every job that a notice asked for. */
const historyPriority = 100;

/** Jobs that a change of a connection needs, added in the same transaction. Payloads hold ids only. */
export const connectionJobs = {
  /** Pulls the whole history, whatever was pulled before. */
  async pullHistory(query: Query, connectionId: string): Promise<void> {
    await query('delete from ingest.pulls where connection_id = $1', [connectionId]);
    await addJobs(query, [{ task: 'pull_history', connectionId, priority: historyPriority, runAtMs: 0 }]);
  },
  async resolveNotices(query: Query, connectionId: string): Promise<void> {
    await addJobs(query, [
      { task: 'resolve_notices', connectionId, priority: scheduledPriority, runAtMs: 0 },
    ]);
  },
  /** One after another: two at once would create the same subscriptions twice. */
  async renewSubscriptions(query: Query): Promise<void> {
    await query(
      `select 1 from graphile_worker.add_job('renew_subscriptions', '{}'::json, job_key := 'renew_subscriptions',
         queue_name := 'subscriptions')`,
    );
  },
  /** In half a minute: the request that disconnects tries first. */
  async revokeAccess(query: Query, connectionId: string): Promise<void> {
    await query(
      `select 1 from graphile_worker.add_job('revoke_access', json_build_object('connection_id', $1::text),
         job_key := 'revoke:' || $1::text, run_at := now() + interval '30 seconds')`,
      [connectionId],
    );
  },
};
