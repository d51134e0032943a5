import { byteaArray, textArray, uuidArray } from './binary-array.ts';
import type { Query, Statement } from './transaction.ts';

/** A message that must reach Kafka because the transaction that wrote this row was committed. */
export type OutboxEntry = {
  /** The person, or null where there is none; rows of one person are published in id order. */
  readonly subjectId: string | null;
  /** The message's id on Kafka; the same after every retry. */
  readonly ceId: string;
  readonly topic: string;
  /** The packed message, sealed. */
  readonly sealed: Buffer;
};

export type OutboxRow = OutboxEntry & { readonly id: number };

export type Outbox = {
  /** Returns rows `{id}` in the order of the entries. */
  addStatement(entries: readonly OutboxEntry[]): Statement;
  /** Which of these persons have rows that another process left, or a parked row: their new rows must wait. */
  blocked(query: Query, subjectIds: readonly string[]): Promise<Set<string>>;
  /** The same as one statement of a batch, rows `{subjectId}`: at the moment of the commit, and without a round trip of its own. */
  blockedStatement(subjectIds: readonly string[]): Statement;
  /**
   * Unpublished rows in id order, at most `limit`. Rows behind a parked row of the same person are left out.
   */
  pending(query: Query, options: PendingOptions): Promise<OutboxRow[]>;
  remove(query: Query, ids: readonly number[]): Promise<void>;
  /** Sets a row aside that the broker refuses for good; it holds up later rows of its own person only. */
  park(query: Query, id: number, reason: string): Promise<void>;
  /** The relay's side of this outbox, on one connection pool. */
  rowsOn(query: Query): OutboxRows;
  depth(query: Query): Promise<{ waiting: number; parked: number; oldestSeconds: number }>;
};

export type OutboxRows = {
  readonly pending: (wanted: Omit<PendingOptions, 'limit'>) => Promise<OutboxRow[]>;
  readonly remove: (ids: readonly number[]) => Promise<void>;
  readonly park: (id: number, reason: string) => Promise<void>;
};

/** Rows that the relay reads at a time. */
const rowsAtOnce = 500;

export type PendingOptions = {
  /** All rows of this process, and earlier rows of the same persons by others. */
  readonly own: boolean;
  /** All rows of these persons. */
  readonly subjectIds: readonly string[];
  /** And all rows older than this: their process is gone or cannot publish. */
  readonly abandonedAfterMs: number;
  readonly limit: number;
};

/** The outbox of one service, `<schema>.outbox`; `origin` names this process for as long as it lives. */
export function createOutbox(schema: string, origin: string): Outbox {
  const table = `${schema}.outbox`;
  const selectBlocked = `select distinct subject_id "subjectId" from ${table}
          where subject_id = any($1::uuid[]) and (origin is distinct from $2 or parked_at is not null)`;
  const outbox: Outbox = {
    addStatement: (entries) => ({
      name: `add-outbox-${schema}`,
      text: `insert into ${table} (subject_id, ce_id, topic, origin, sealed)
             select subject_id, ce_id, topic, $5, sealed
               from unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[]) with ordinality
                    as e(subject_id, ce_id, topic, sealed, nr)
              order by nr
             returning id`,
      values: [
        uuidArray(entries.map((entry) => entry.subjectId)),
        textArray(entries.map((entry) => entry.ceId)),
        textArray(entries.map((entry) => entry.topic)),
        byteaArray(entries.map((entry) => entry.sealed)),
        origin,
      ],
    }),
    blocked: async (query, subjectIds) => {
      const rows = await query<{ subjectId: string }>(selectBlocked, [uuidArray(subjectIds), origin]);
      return new Set(rows.map((row) => row.subjectId));
    },
    blockedStatement: (subjectIds) => ({
      name: `blocked-outbox-${schema}`,
      text: selectBlocked,
      values: [uuidArray(subjectIds), origin],
    }),
    pending: (query, { own, subjectIds, abandonedAfterMs, limit }) =>
      query<OutboxRow>(
        `select id, subject_id "subjectId", ce_id "ceId", topic, sealed from ${table} o
          where parked_at is null
            and (($5 and origin = $1) or subject_id = any($2::uuid[])
                 or created_at < now() - $3 * interval '1 millisecond'
                 or $5 and exists (select 1 from ${table} later
                                    where later.subject_id = o.subject_id and later.origin = $1 and later.id > o.id))
            and not exists (select 1 from ${table} p
                             where p.subject_id = o.subject_id and p.parked_at is not null and p.id < o.id)
          order by id limit $4`,
        [origin, uuidArray(subjectIds), abandonedAfterMs, limit, own],
      ),
    remove: async (query, ids) => {
      await query(`delete from ${table} where id = any($1)`, [ids]);
    },
    park: async (query, id, reason) => {
      await query(`update ${table} set parked_at = now(), park_reason = $2 where id = $1`, [id, reason]);
    },
    rowsOn: (query) => ({
      pending: (wanted) => outbox.pending(query, { ...wanted, limit: rowsAtOnce }),
      remove: (ids) => outbox.remove(query, ids),
      park: (id, reason) => outbox.park(query, id, reason),
    }),
    depth: async (query) => {
      const [row] = await query<{ waiting: number; parked: number; oldestSeconds: number }>(
        `select count(*) filter (where parked_at is null)::int waiting,
                count(*) filter (where parked_at is not null)::int parked,
                coalesce(extract(epoch from now() - min(created_at) filter (where parked_at is null)), 0)::float8
                  "oldestSeconds"
           from ${table}`,
      );
      return row ?? { waiting: 0, parked: 0, oldestSeconds: 0 };
    },
  };
  return outbox;
}
