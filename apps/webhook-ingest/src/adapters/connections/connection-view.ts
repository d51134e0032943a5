import { uuidArray, type Query } from '@bridge/postgres';
import type { ConnectionState } from '../../domain/connection.ts';
import type { Vendor } from '../../domain/vendor.ts';

/** What operators see of one connection. */
export type ConnectionView = {
  readonly connectionId: string;
  readonly subjectId: string;
  readonly vendor: Vendor;
  readonly state: ConnectionState;
  readonly since: Date;
  readonly connectedAt: Date;
  readonly lastNoticeAt: Date | null;
  readonly lastDocumentAt: Date | null;
  readonly notBefore: Date | null;
  readonly waitingNotices: number;
  readonly silences: readonly Silence[];
};

/** A data type that should have come and did not. */
export type Silence = { readonly data_type: string; readonly cause: string | null; readonly since: string };

/** Documents of one person that say something that cannot be. */
export type Quarantined = {
  readonly subjectId: string;
  readonly source: string;
  readonly reason: string | null;
  readonly count: number;
  readonly lastAt: Date;
};

export type ConnectionViews = {
  /** In the order of their ids, behind `after`. `subjectIds` undefined is everybody. */
  list(wanted: {
    readonly subjectIds: readonly string[] | undefined;
    readonly after: string | undefined;
    readonly limit: number;
  }): Promise<ConnectionView[]>;
  quarantined(subjectIds: readonly string[]): Promise<Quarantined[]>;
  /** Of Oura's subscriptions, which are the application's: when the next one ends, and since when renewals fail. */
  subscriptions(): Promise<{ readonly firstEndsAt: Date | null; readonly failingSince: Date | null }>;
};

type Row = {
  connection_id: string;
  subject_id: string;
  vendor: Vendor;
  state: ConnectionState;
  state_since: Date;
  connected_at: Date;
  last_notice_at: Date | null;
  last_document_at: Date | null;
  not_before: Date | null;
  waiting: number;
  silences: readonly Silence[] | null;
};

export function createConnectionViews(query: Query): ConnectionViews {
  return {
    async list({ subjectIds, after, limit }) {
      const rows = await query<Row>(
        `select c.*,
                (select count(*) from ingest.notices n
                  where n.connection_id = c.connection_id and n.state = 'waiting') as waiting,
                (select json_agg(json_build_object(
                          'data_type', data_type, 'cause', silence_cause, 'since', silent_since) order by data_type)
                   from ingest.arrivals a
                  where a.connection_id = c.connection_id and a.silence_id is not null) as silences
           from (select connection_id, subject_id, vendor, state, state_since, connected_at, last_notice_at,
                        last_document_at, not_before
                   from ingest.connections
                  where ($1::uuid[] is null or subject_id = any($1::uuid[])) and connection_id > $2
                  order by connection_id limit $3) c
          order by c.connection_id`,
        [
          subjectIds === undefined ? null : uuidArray(subjectIds),
          after ?? '00000000-0000-0000-0000-000000000000',
          limit,
        ],
      );
      return rows.map(fromRow);
    },
    async quarantined(subjectIds) {
      if (subjectIds.length === 0) return [];
      return query<Quarantined>(
        `select subject_id as "subjectId", source, reason, count(*) as count, max(received_at) as "lastAt"
           from ingest.documents where subject_id = any($1::uuid[]) and state = 'quarantined'
          group by subject_id, source, reason order by subject_id, source, reason`,
        [uuidArray(subjectIds)],
      );
    },
    async subscriptions() {
      const [row] = await query<{ firstEndsAt: Date | null; failingSince: Date | null }>(
        `select min(expires_at) as "firstEndsAt", min(failed_since) as "failingSince"
           from ingest.subscriptions where vendor = 'oura'`,
      );
      return row ?? { firstEndsAt: null, failingSince: null };
    },
  };
}

function fromRow(row: Row): ConnectionView {
  return {
    connectionId: row.connection_id,
    subjectId: row.subject_id,
    vendor: row.vendor,
    state: row.state,
    since: row.state_since,
    connectedAt: row.connected_at,
    lastNoticeAt: row.last_notice_at,
    lastDocumentAt: row.last_document_at,
    notBefore: row.not_before,
    waitingNotices: row.waiting,
    silences: row.silences ?? [],
  };
}
