import { byteaArray, type Query } from '@bridge/postgres';
import type { ConnectionCount } from '../../metrics.ts';
import type { Connection } from '../domain/connection.ts';
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
  /** How many there are of each vendor and state. */
  countByState(): Promise<ConnectionCount[]>;
  countActive(): Promise<number>;
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
    countByState: () =>
      query<ConnectionCount>(
        'select vendor, state, count(*) n from ingest.connections group by vendor, state',
      ),
    async countActive() {
      const [row] = await query<{ n: number }>(
        "select count(*)::int n from ingest.connections where state = 'active'",
      );
      return row?.n ?? 0;
    },
  };
}

type Row = Omit<ConnectionRow, 'notBefore'> & { readonly notBefore: Date | null };

const select = `select connection_id as "connectionId", subject_id as "subjectId", vendor, state, state_since as since,
    vendor_user as "vendorUser", not_before as "notBefore"
  from ingest.connections`;

function fromRow(row: Row): ConnectionRow {
  return { ...row, notBefore: row.notBefore ?? undefined };
}
