import type { Query } from '@bridge/postgres';

/** Jobs that a change of a connection asks for, put in the change's own transaction. Payloads hold ids only. */
export const connectionJobs = {
  /** History from its beginning, whatever was pulled before. */
  async pullHistory(query: Query, connectionId: string): Promise<void> {
    await query('delete from ingest.pulls where connection_id = $1', [connectionId]);
    await query(ofConnection('pull_history', 'pull:'), [connectionId]);
  },
  async resolveNotices(query: Query, connectionId: string): Promise<void> {
    await query(ofConnection('resolve_notices', 'resolve:'), [connectionId]);
  },
  async renewSubscriptions(query: Query): Promise<void> {
    await query(
      `select 1 from graphile_worker.add_job('renew_subscriptions', '{}'::json, job_key := 'renew_subscriptions')`,
    );
  },
  /** In half a minute: whoever disconnects tries himself first. */
  async revokeAccess(query: Query, connectionId: string): Promise<void> {
    await query(
      `select 1 from graphile_worker.add_job('revoke_access', json_build_object('connection_id', $1::text),
         job_key := 'revoke:' || $1::text, run_at := now() + interval '30 seconds')`,
      [connectionId],
    );
  },
};

/** One queue per connection: its jobs run one after another. */
function ofConnection(task: string, key: string): string {
  return `select 1 from graphile_worker.add_job('${task}', json_build_object('connection_id', $1::text),
    queue_name := $1::text, job_key := '${key}' || $1::text)`;
}
