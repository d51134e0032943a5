import {
  byteaArray,
  int8Array,
  textArray,
  timestamptzArray,
  type Query,
  type Statement,
} from '@bridge/postgres';
import type { ConnectionState } from '../../connections/domain/connection.ts';
import type { ExpectedInterval } from '../domain/expected-intervals.ts';
import type { SilenceCause, FeedState, ReportedSilence } from '../domain/feed-state.ts';
import type { SilenceCount } from '../../metrics.ts';
import type { Vendor } from '../../vendors/vendor-definition.ts';

type Arrival = {
  data_type: string;
  last_arrival_at: string;
  silence_id: string | null;
  silence_cause: SilenceCause | null;
};

type Row = {
  subject_id: string;
  vendor: Vendor;
  state: ConnectionState;
  connected_at: Date;
  arrivals: readonly Arrival[] | null;
  unsubscribed: readonly string[] | null;
};

const pageSize = 500;
const first = '00000000-0000-0000-0000-000000000000';

/** Ids of connections with an overdue data type, or one that was reported as silent. */
export async function listSuspects(
  query: Query,
  intervals: readonly ExpectedInterval[],
  now: number,
  after = first,
): Promise<string[]> {
  const rows = await query<{ id: string }>(
    `with intervals as (
        select * from unnest($1::text[], $2::text[], $3::int8[]) as r(vendor, data_type, within_ms)
      )
      select c.connection_id as id from ingest.connections c
       where c.connection_id > $4
         and (exists (select 1 from ingest.arrivals a
                       where a.connection_id = c.connection_id and a.silence_id is not null)
              or c.state <> 'disconnected' and exists (
                   select 1 from intervals r
                     left join ingest.arrivals a on a.connection_id = c.connection_id and a.data_type = r.data_type
                    where r.vendor = c.vendor
                      and coalesce(a.last_arrival_at, c.connected_at) + r.within_ms * interval '1 ms' < $5))
       order by c.connection_id limit ${pageSize}`,
    [
      textArray(intervals.map(({ vendor }) => vendor)),
      textArray(intervals.map(({ dataType }) => dataType)),
      int8Array(intervals.map(({ withinMs }) => withinMs)),
      after,
      new Date(now),
    ],
  );
  return rows.map(({ id }) => id);
}

/** A subscription that fails or has ended yields no notices; one without a known end does. */
export async function loadFeedState(query: Query, connectionId: string): Promise<FeedState | undefined> {
  const [row] = await query<Row>(
    `select subject_id, vendor, state, connected_at,
            (select json_agg(json_build_object('data_type', data_type, 'last_arrival_at', last_arrival_at,
                      'silence_id', encode(silence_id, 'hex'), 'silence_cause', silence_cause) order by data_type)
               from ingest.arrivals a where a.connection_id = c.connection_id) as arrivals,
            (select json_agg(distinct data_type) from ingest.subscriptions s
              where s.vendor = c.vendor and s.event_type <> 'delete'
                and (s.expires_at < now() or s.subscription_id is null and s.failed_since is not null)) as unsubscribed
       from ingest.connections c where connection_id = $1`,
    [connectionId],
  );
  if (row === undefined) return undefined;
  const { subject_id: subjectId, vendor, state, connected_at } = row;
  const arrivals = row.arrivals ?? [];
  return {
    connection: { connectionId, subjectId, vendor, state },
    connectedAtMs: connected_at.getTime(),
    lastArrivals: new Map(arrivals.map((one) => [one.data_type, Date.parse(one.last_arrival_at)])),
    unsubscribed: new Set(row.unsubscribed),
    reported: reportedIn(arrivals),
  };
}

function reportedIn(arrivals: readonly Arrival[]): ReportedSilence {
  const silent = arrivals.filter(({ silence_id }) => silence_id !== null);
  return {
    alertId: silent[0]?.silence_id ?? undefined,
    silences: silent.flatMap(({ data_type, silence_cause, last_arrival_at }) =>
      silence_cause === null
        ? []
        : [{ dataType: data_type, cause: silence_cause, sinceMs: Date.parse(last_arrival_at) }],
    ),
  };
}

/** Replaces the reported silences of a connection. A data type that never arrived gets its row here. */
export function writeReportedStatement(
  connectionId: string,
  { alertId, silences }: ReportedSilence,
): Statement {
  const id = alertId === undefined ? null : Buffer.from(alertId, 'hex');
  return {
    name: 'ingest-silences',
    text: `with reported as (
        select * from unnest($2::text[], $3::timestamptz[], $4::bytea[], $5::text[]) as t(data_type, since, id, cause)
      ), over as (
        update ingest.arrivals a set silence_id = null, silence_cause = null, silent_since = null
         where connection_id = $1 and silence_id is not null
           and not exists (select 1 from reported where reported.data_type = a.data_type)
      )
      insert into ingest.arrivals (connection_id, data_type, last_arrival_at, silence_id, silence_cause, silent_since)
      select $1, data_type, since, id, cause, since from reported order by data_type
      on conflict (connection_id, data_type) do update
        set silence_id = excluded.silence_id, silence_cause = excluded.silence_cause,
            silent_since = excluded.silent_since`,
    values: [
      connectionId,
      textArray(silences.map(({ dataType }) => dataType)),
      timestamptzArray(silences.map(({ sinceMs }) => sinceMs)),
      byteaArray(silences.map(() => id)),
      textArray(silences.map(({ cause }) => cause)),
    ],
  };
}

/** How many data types are silent, by vendor and cause. */
export function countSilences(query: Query): Promise<SilenceCount[]> {
  return query<SilenceCount>(
    `select c.vendor, a.silence_cause as cause, count(*) n
       from ingest.arrivals a join ingest.connections c using (connection_id)
      where a.silence_id is not null group by c.vendor, a.silence_cause`,
  );
}
