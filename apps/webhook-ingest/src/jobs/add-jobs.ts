import {
  int4Array,
  textArray,
  timestamptzArray,
  uuidArray,
  type Query,
  type Statement,
} from '@bridge/postgres';

/**
 * How often a job of a connection may fail: for some seven years, since attempts are at most six hours apart. Its work waits in
 * rows that only the job reads, so it must survive a vendor that is removed from the configuration for weeks. The library's
 * default ends after four days.
 */
export const jobMaxAttempts = 10_000;

const keys = { resolve_notices: 'resolve', pull_history: 'pull', reconcile_connection: 'reconcile' } as const;

export type ConnectionTask = keyof typeof keys;
export const connectionTasks = Object.keys(keys) as readonly ConnectionTask[];

export type ConnectionJob = {
  readonly task: ConnectionTask;
  readonly connectionId: string;
  /** Lower runs first; jobs that notices ask for are below 0, see `queue-position.ts`. */
  readonly priority: number;
  /** In milliseconds; 0 is at once, even if the job waits. */
  readonly runAtMs: number;
};

/**
 * One job per connection and task; jobs of one connection run one after another. A running job gets a successor. A waiting job
 * keeps its time, unless all are due at once: another request may have made it more urgent meanwhile.
 * @param jobs At least one, no two with the same connection and task.
 */
function addJobsStatement(jobs: readonly ConnectionJob[]): Statement {
  const sorted = jobs.toSorted((a, b) => compare(a.connectionId, b.connectionId) || compare(a.task, b.task));
  return {
    name: 'ingest-add-jobs',
    text: `select count(*) from graphile_worker.add_jobs((
        select array_agg(row(task, json_build_object('connection_id', id), id::text, run_at, $7::int,
                             key || ':' || id, priority, null)::graphile_worker.job_spec order by nr)
          from unnest($1::text[], $2::text[], $3::uuid[], $4::timestamptz[], $5::int[])
               with ordinality as j(task, key, id, run_at, priority, nr)), $6)`,
    values: [
      textArray(sorted.map(({ task }) => task)),
      textArray(sorted.map(({ task }) => keys[task])),
      uuidArray(sorted.map(({ connectionId }) => connectionId)),
      timestamptzArray(sorted.map(({ runAtMs }) => runAtMs)),
      int4Array(sorted.map(({ priority }) => priority)),
      sorted.some(({ runAtMs }) => runAtMs > 0),
      jobMaxAttempts,
    ],
  };
}

export async function addJobs(query: Query, jobs: readonly ConnectionJob[]): Promise<void> {
  if (jobs.length === 0) return;
  const { text, values } = addJobsStatement(jobs);
  await query(text, values);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
