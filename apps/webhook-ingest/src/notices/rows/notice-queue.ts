import type { Query } from '@bridge/postgres';
import { pausedUntil, queuedPriority, negated } from '../domain/queue-position.ts';
import type { Vendor } from '../../vendors/vendor-definition.ts';

/** The jobs of all connections that have a notice to resolve, newest first. */
export type NoticeQueue = {
  /** When the newest notice of this vendor came whose job waits for its turn; undefined when none does. */
  newestMs(vendor: Vendor): Promise<number | undefined>;
  /** Nobody's turn comes while the vendor must not be asked. */
  pause(vendor: Vendor, untilMs: number): Promise<void>;
  /** Those that are held have their turn, or the newest few of them. */
  resume(vendor: Vendor, atMost?: number): Promise<void>;
};

/** Nothing here waits for a job that somebody else has in hand: whatever is missed comes by itself. */
export function createNoticeQueue(query: Query): NoticeQueue {
  return {
    async newestMs(vendor) {
      const [first] = await query<{ runAt: Date }>(headOfQueue, [queuedPriority, vendor]);
      return first && negated(first.runAt.getTime());
    },
    async pause(vendor, untilMs) {
      const { runAtMs } = pausedUntil(untilMs);
      await query(pauseQueue, [queuedPriority, vendor, new Date(runAtMs)]);
    },
    async resume(vendor, atMost) {
      await query(resumeQueue, [queuedPriority, vendor, negated(0) / 1_000, atMost ?? null]);
    },
  };
}

/**
 * A job behind another one of its connection cannot be taken. Nobody gives way to another vendor's: that one may be closed,
 * and its notices go on coming.
 */
const headOfQueue = `
  select run_at "runAt" from graphile_worker._private_jobs j
   where is_available and priority = $1 and run_at <= now()
     and exists (select from graphile_worker._private_job_queues q where q.id = j.job_queue_id and q.is_available)
     and exists (select from ingest.connections c
                  where c.connection_id = (j.payload->>'connection_id')::uuid and c.vendor = $2)
   order by run_at limit 1`;

const pauseQueue = `
  update graphile_worker._private_jobs set run_at = $3
   where id in (
     select j.id from graphile_worker._private_jobs j
       join ingest.connections c on j.key = 'resolve:' || c.connection_id
      where j.is_available and j.priority = $1 and j.run_at <= now() and c.vendor = $2
        for update of j skip locked)`;

/** Those with a notice that is due. Runners look at once when they are told of new jobs. */
const resumeQueue = `
  with held as (
    select j.id, newest.received_at
      from graphile_worker._private_jobs j
      join ingest.connections c on j.key = 'resolve:' || c.connection_id
      cross join lateral (
        select received_at from ingest.notices n
         where n.connection_id = c.connection_id and n.state = 'waiting' and n.next_attempt_at <= now()
         order by received_at desc limit 1) newest
     where j.is_available and j.priority = $1 and j.run_at > now() and c.vendor = $2
     order by newest.received_at desc limit $4
       for update of j skip locked
  ), released as (
    update graphile_worker._private_jobs j
       set run_at = to_timestamp($3 - extract(epoch from held.received_at)::float8)
      from held where j.id = held.id returning 1
  )
  select pg_notify('jobs:insert', json_build_object('count', count(*))::text) from released having count(*) > 0`;
