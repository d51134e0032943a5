import { textArray, type Query } from '@bridge/postgres';

export type Access = {
  /** The key's id. */
  readonly accessor: string;
  readonly type: 'read' | 'list';
  /** Where what was seen comes from. */
  readonly table: string;
  readonly seen: readonly { readonly subjectId: string; readonly record: string }[];
};

/** Records who looked at whose data. If it rejects, nothing may be shown. */
export type RecordAccess = (access: Access) => Promise<void>;

export function createAccessLog(query: Query): RecordAccess {
  return async function recordAccess({ accessor, type, table, seen }) {
    if (seen.length === 0) return;
    await query(
      `insert into public.phi_access_log (user_id, accessor_id, access_type, table_name, record_id)
       select subject, $3, $4, $5, record from unnest($1::text[], $2::text[]) as s(subject, record)`,
      [
        textArray(seen.map(({ subjectId }) => subjectId)),
        textArray(seen.map(({ record }) => record)),
        accessor,
        type,
        table,
      ],
    );
  };
}
