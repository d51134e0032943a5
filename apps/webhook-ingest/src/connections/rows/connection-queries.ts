import { byteaArray, type Query, type Statement } from '@bridge/postgres';
import type { Connection, ConnectionState } from '../domain/connection.ts';
import type { Vendor } from '../../vendors/vendor-definition.ts';

export type ConnectionRow = Connection & {
  /** Since when it is in its state; a consent that is given again begins it anew. */
  readonly since: Date;
  /** Blind index of the vendor's own user id. */
  readonly vendorUser: Buffer;
  /** The vendor is not to be asked before. */
  readonly notBefore: Date | undefined;
};

export type ConnectionQueries = {
  byId(connectionId: string): Promise<ConnectionRow | undefined>;
  /** Those that are not disconnected, by the index in hex; unknown ones are left out. */
  byVendorUser(vendor: Vendor, indexes: readonly Buffer[]): Promise<Map<string, ConnectionRow>>;
  /** Those that are not disconnected, in the order of their ids: a page of 500 behind `after`. */
  live(after?: string): Promise<ConnectionRow[]>;
  /**
   * False, and nothing is changed, when it is not as it was opened any more: somebody consented again, or it was
   * disconnected. @param notBefore When the vendor may be asked again; null is at once.
   */
  markState(
    opened: Pick<ConnectionRow, 'connectionId' | 'since'>,
    state: Exclude<ConnectionState, 'disconnected'>,
    notBefore: Date | null,
  ): Promise<boolean>;
};

export function createConnectionQueries(query: Query): ConnectionQueries {
  return {
    async byId(connectionId) {
      const [row] = await query<Row>(`${select} where connection_id = $1`, [connectionId]);
      return row && fromRow(row);
    },
    async byVendorUser(vendor, indexes) {
      const rows = await query<Row>(
        `${select} where vendor = $1 and vendor_user = any($2::bytea[]) and state <> 'disconnected'`,
        [vendor, byteaArray(indexes)],
      );
      return new Map(rows.map((row) => [row.vendorUser.toString('hex'), fromRow(row)]));
    },
    async live(after = '00000000-0000-0000-0000-000000000000') {
      const rows = await query<Row>(
        `${select} where state <> 'disconnected' and connection_id > $1 order by connection_id limit 500`,
        [after],
      );
      return rows.map(fromRow);
    },
    async markState({ connectionId, since }, state, notBefore) {
      // A date has milliseconds, the column has microseconds.
      const changed = await query(
        `update ingest.connections
            set state = $2, state_since = case when state = $2 then state_since else now() end, not_before = $4
          where connection_id = $1 and state <> 'disconnected' and date_trunc('milliseconds', state_since) <= $3
          returning 1`,
        [connectionId, state, since, notBefore],
      );
      return changed.length > 0;
    },
  };
}

/** A document of this connection has arrived. */
export function markDocumentStatement(connectionId: string): Statement {
  return {
    name: 'ingest-connections-document',
    text: 'update ingest.connections set last_document_at = now() where connection_id = $1',
    values: [connectionId],
  };
}

type Row = Omit<ConnectionRow, 'notBefore'> & { readonly notBefore: Date | null };

const select = `select connection_id as "connectionId", subject_id as "subjectId", vendor, state, state_since as since,
    vendor_user as "vendorUser", not_before as "notBefore"
  from ingest.connections`;

function fromRow(row: Row): ConnectionRow {
  return { ...row, notBefore: row.notBefore ?? undefined };
}
