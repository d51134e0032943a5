import { type Principal } from '@bridge/auth';
import { textArray, type Query } from '@bridge/postgres';

export type Access = {
  readonly principal: Principal;
  readonly type: 'read' | 'list' | 'stream';
  /** Where what was seen comes from. */
  readonly table: string;
  /** Whose data; null stands for everyone's, or for a person who is not known. */
  readonly subjectIds: readonly (string | null)[];
};

/** Writes who looked at whose data. It rejects when it can't, and then nothing may be shown. */
export type RecordAccess = (access: Access) => Promise<void>;

export function createAccessLog(query: Query): RecordAccess {
  return async function recordAccess({ principal, type, table, subjectIds }) {
    if (subjectIds.length === 0) return;
    await query(
      `insert into public.phi_access_log (user_id, accessor_id, access_type, table_name, record_id)
       select subject, $2, $3, $4, subject from unnest($1::text[]) as subject`,
      [textArray(subjectIds), principal.accessor, type, table],
    );
  };
}
