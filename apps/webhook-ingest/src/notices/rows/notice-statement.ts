import { byteaArray, textArray, timestamptzArray, uuidArray, type Statement } from '@bridge/postgres';
import { scheduledPriority, queuedPriority, negated } from '../domain/queue-position.ts';
import { jobMaxAttempts } from '../../jobs/add-jobs.ts';
import { unknownUserState } from '../domain/notice.ts';

export type NoticeRow = {
  readonly noticeId: Buffer;
  readonly vendor: string;
  readonly dataType: string;
  readonly operation: string;
  /** Null if nobody is connected under the vendor's user id. */
  readonly connectionId: string | null;
  readonly vendorUser: Buffer;
  readonly receivedMs: number;
  readonly state: 'waiting' | 'unknown_user' | 'unknown_type';
  readonly sealed: Buffer;
};

/**
 * Stores notices, and adds one job for each connection that has new ones to resolve, at its position in the queue or for when its
 * vendor may be asked; all or nothing. Returns rows `{noticeId}` of those that are new.
 *
 * A connection stays locked while its tokens are refreshed, so its `last_notice_at` is skipped then; a minute's precision is
 * enough.
 */
export function storeNoticesStatement(rows: readonly NoticeRow[]): Statement {
  return {
    name: 'ingest-store-notices',
    text: `with added as (
        insert into ingest.notices
               (notice_id, vendor, data_type, operation, connection_id, vendor_user, received_at, state, sealed)
        select * from unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::bytea[],
                             $7::timestamptz[], $8::text[], $9::bytea[]) as given(notice_id)
         order by notice_id
        on conflict (notice_id) do nothing
        returning notice_id, connection_id, state, received_at
      ), arrived as (
        select distinct connection_id from added where connection_id is not null
      ), due as (
        select connection_id from ingest.connections
         where connection_id in (select connection_id from arrived)
           and (last_notice_at is null or last_notice_at < now() - interval '1 minute')
         order by connection_id for no key update skip locked
      ), marked as (
        update ingest.connections set last_notice_at = now() from due
         where connections.connection_id = due.connection_id
      ), specs as (
        select array_agg(row('resolve_notices', json_build_object('connection_id', connection_id),
                             connection_id::text,
                             case when not_before > now() then not_before else place end, $13::int,
                             'resolve:' || connection_id,
                             case when not_before > now() then $12::int else $11::int end, null
                            )::graphile_worker.job_spec order by connection_id) jobs
          from (select connection_id, to_timestamp($10 - extract(epoch from max(received_at))::float8) place
                  from added where state = 'waiting' group by connection_id) waiting
          left join ingest.connections using (connection_id)
      ), queued as (
        select count(*) from specs, graphile_worker.add_jobs(specs.jobs) where specs.jobs is not null
      )
      select notice_id "noticeId" from added, queued`,
    values: [
      byteaArray(rows.map(({ noticeId }) => noticeId)),
      textArray(rows.map(({ vendor }) => vendor)),
      textArray(rows.map(({ dataType }) => dataType)),
      textArray(rows.map(({ operation }) => operation)),
      uuidArray(rows.map(({ connectionId }) => connectionId)),
      byteaArray(rows.map(({ vendorUser }) => vendorUser)),
      timestamptzArray(rows.map(({ receivedMs }) => receivedMs)),
      textArray(rows.map(({ state }) => (state === 'unknown_user' ? unknownUserState : state))),
      byteaArray(rows.map(({ sealed }) => sealed)),
      negated(0) / 1_000,
      queuedPriority,
      scheduledPriority,
      jobMaxAttempts,
    ],
  };
}
