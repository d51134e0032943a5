import { uuidArray, type Query } from '@bridge/postgres';
import type { ConnectionState } from '../domain/connection.ts';
import type { Vendor } from '../../vendors/vendor-definition.ts';

/** What operators see of one connection. */
export type ConnectionView = {
  readonly connectionId: string;
  readonly subjectId: string;
  readonly vendor: Vendor;
  readonly state: ConnectionState;
  readonly since: Date;
  readonly connectedAt: Date;
  /** Of a consent that cannot be renewed. */
  readonly endsAt: Date | null;
  readonly lastNoticeAt: Date | null;
  readonly lastDocumentAt: Date | null;
  readonly notBefore: Date | null;
  readonly waitingNotices: number;
  readonly silences: readonly SilenceView[];
};

/** A data type that should have come and did not. */
export type SilenceView = {
  readonly data_type: string;
  readonly cause: string | null;
  readonly since: string;
};

/** Documents of one person that say something that cannot be. */
export type QuarantineCount = {
  readonly subjectId: string;
  readonly source: string;
  readonly reason: string | null;
  readonly count: number;
  readonly lastAt: Date;
  /** Of the newest of them. */
  readonly problems: readonly { readonly path: string; readonly message: string }[] | null;
};

export type ConnectionViews = {
  /** In the order of their ids, behind `after`. `subjectIds` undefined is everybody. */
  list(wanted: {
    readonly subjectIds: readonly string[] | undefined;
    readonly after: string | undefined;
    readonly limit: number;
  }): Promise<ConnectionView[]>;
  /** Ids of people who have something in quarantine and never had a connection, in their order, behind `after`. */
  unconnected(wanted: { readonly after: string | undefined; readonly limit: number }): Promise<string[]>;
  quarantined(subjectIds: readonly string[]): Promise<QuarantineCount[]>;
  /** The terms of subscriptions, which are the application's, by vendor. */
  subscriptions(): Promise<ReadonlyMap<Vendor, SubscriptionTerms>>;
};

/** When the next subscription ends, and since when renewals fail. */
type SubscriptionTerms = { readonly firstEndsAt: Date | null; readonly failingSince: Date | null };

const first = '00000000-0000-0000-0000-000000000000';

export function createConnectionViews(query: Query): ConnectionViews {
  return {
    list: ({ subjectIds, after = first, limit }) =>
      query<ConnectionView>(
        `select c.*,
                (select count(*) from ingest.notices n
                  where n.connection_id = c."connectionId" and n.state = 'waiting') as "waitingNotices",
                (select coalesce(json_agg(json_build_object(
                          'data_type', data_type, 'cause', silence_cause, 'since', silent_since)
                        order by data_type), '[]')
                   from ingest.arrivals a
                  where a.connection_id = c."connectionId" and a.silence_id is not null) as silences
           from (select connection_id as "connectionId", subject_id as "subjectId", vendor,
                        case when ends_at <= now() and state in ('active', 'lapsed') then 'needs_consent'
                             else state end as state,
                        case when ends_at <= now() and state in ('active', 'lapsed') then ends_at
                             else state_since end as since,
                        ends_at as "endsAt", connected_at as "connectedAt", last_notice_at as "lastNoticeAt",
                        last_document_at as "lastDocumentAt", not_before as "notBefore"
                   from ingest.connections
                  where ($1::uuid[] is null or subject_id = any($1::uuid[])) and connection_id > $2
                  order by connection_id limit $3) c
          order by c."connectionId"`,
        [subjectIds === undefined ? null : uuidArray(subjectIds), after, limit],
      ),
    async unconnected({ after = first, limit }) {
      const rows = await query<{ id: string }>(
        `select subject_id as id from ingest.documents d
          where (state = 'quarantined' or (state = 'event' and problems is not null)) and subject_id > $1
            and not exists (select from ingest.connections c where c.subject_id = d.subject_id)
          group by subject_id order by subject_id limit $2`,
        [after, limit],
      );
      return rows.map(({ id }) => id);
    },
    async quarantined(subjectIds) {
      if (subjectIds.length === 0) return [];
      return query<QuarantineCount>(
        `select subject_id as "subjectId", source, reason, count(*) as count, max(received_at) as "lastAt",
                (array_agg(problems order by received_at desc))[1] as problems
           from (select subject_id, source, received_at, problems,
                        case state when 'event' then 'fields_left_out' else reason end as reason
                   from ingest.documents
                  where subject_id = any($1::uuid[])
                    and (state = 'quarantined' or (state = 'event' and problems is not null))) d
          group by subject_id, source, reason order by subject_id, source, reason`,
        [uuidArray(subjectIds)],
      );
    },
    async subscriptions() {
      const rows = await query<SubscriptionTerms & { readonly vendor: Vendor }>(
        `select vendor, min(expires_at) as "firstEndsAt", min(failed_since) as "failingSince"
           from ingest.subscriptions group by vendor`,
      );
      return new Map(rows.map(({ vendor, ...terms }) => [vendor, terms]));
    },
  };
}
