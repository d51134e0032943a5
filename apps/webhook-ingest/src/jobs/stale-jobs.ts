import { textArray, type Query } from '@bridge/postgres';
import { connectionTasks } from './add-jobs.ts';

/**
 * In: cron job `remove_superseded`, hourly. A job that ran while its successor was added has no key and no attempt left. It is
 * deleted when it succeeds; one that failed, or whose process was killed, would stay for ever.
 */
export function createRemoveStaleJobs(query: Query) {
  return async function removeStaleJobs(): Promise<void> {
    await query(
      `delete from graphile_worker._private_jobs j using graphile_worker._private_tasks t
        where t.id = j.task_id and t.identifier = any($1::text[])
          and j.key is null and j.attempts >= j.max_attempts and j.locked_at is null`,
      [textArray(connectionTasks)],
    );
  };
}
