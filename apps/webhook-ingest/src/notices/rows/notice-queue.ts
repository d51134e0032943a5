import { int4Array, type Query } from '@bridge/postgres';
import { negated, pausedUntil, queuedPriority, unansweredPriority } from '../domain/queue-position.ts';
import type { Vendor } from '../../vendors/vendor-definition.ts';

/** The jobs of all connections that have a notice to resolve, newest first. */
export type NoticeQueue = {
  /** When the newest notice of this vendor whose job is queued came; undefined if none is queued. */
  newestMs(vendor: Vendor): Promise<number | undefined>;
  /** Takes all jobs of a vendor out of the queue until then, also those whose person got no answer. */
  pause(vendor: Vendor, untilMs: number): Promise<void>;
  /** Puts paused jobs back into the queue: the newest few, or all, then also those whose person got no answer. */
  resume(vendor: Vendor, atMost?: number): Promise<void>;
};

/** Skips jobs that a worker has locked: a paused job that is missed runs by itself later. */
export function createNoticeQueue(query: Query): NoticeQueue {
  return {
    async newestMs(vendor) {
      const [first] = await query<{ runAt: Date }>(headOfQueue, [queuedPriority, vendor]);
      return first && negated(first.runAt.getTime());
    },
    async pause(vendor, untilMs) {
      const { runAtMs } = pausedUntil(untilMs);
      await query(pauseQueue, [queuedPriority, vendor, new Date(runAtMs), unansweredPriority]);
    },
    async resume(vendor, atMost) {
      const priorities = atMost === undefined ? [queuedPriority, unansweredPriority] : [queuedPriority];
      const values = [queuedPriority, vendor, negated(0) / 1_000, atMost ?? null, int4Array(priorities)];
      await query(resumeQueue, values);
    },
  };
}

/**
 * A job behind another one of its connection cannot be taken. Jobs never yield to another vendor's: that vendor may be down
 * while its notices keep coming.
 */
const headOfQueue = `
  select run_at "runAt" from graphile_worker._private_jobs j
   where is_available and priority = $1 and run_at <= now()
     and exists (select from graphile_worker._private_job_queues q where q.id = j.job_queue_id and q.is_available)
     and exists (select from ingest.connections c
                  where c.connection_id = (j.payload->>'connection_id')::uuid and c.vendor = $2)
   order by run_at limit 1`;

const pauseQueue = `
  update graphile_worker._private_jobs set priority = $1, run_at = $3
   where id in (
     select j.id from graphile_worker._private_jobs j
       join ingest.connections c on j.key = 'resolve:' || c.connection_id
      where j.is_available and c.vendor = $2 and (j.priority = $4 or (j.priority = $1 and j.run_at <= now()))
        for update of j skip locked)`;

/** Jobs with a due notice. The notification makes workers look for jobs at once. */
const resumeQueue = `
  with held as (
    select j.id, newest.received_at
      from graphile_worker._private_jobs j
      join ingest.connections c on j.key = 'resolve:' || c.connection_id
      cross join lateral (
        select received_at from ingest.notices n
         where n.connection_id = c.connection_id and n.state = 'waiting' and n.next_attempt_at <= now()
         order by received_at desc limit 1) newest
     where j.is_available and j.priority = any($5::int[]) and j.run_at > now() and c.vendor = $2
     order by newest.received_at desc limit $4
       for update of j skip locked
  ), released as (
    update graphile_worker._private_jobs j
       set priority = $1, run_at = to_timestamp($3 - extract(epoch from held.received_at)::float8)
      from held where j.id = held.id returning 1
  )
  select pg_notify('jobs:insert', json_build_object('count', count(*))::text) from released having count(*) > 0`;
