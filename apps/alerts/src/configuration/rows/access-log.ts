import { textArray, type Query } from '@bridge/postgres';

/** Who is about to be shown; `table` is where that stands. */
export type Access = {
  readonly accessor: string;
  readonly table:
    | 'alert_history'
    | 'alerts.channels'
    | 'alerts.notification_groups'
    | 'alerts.person_group_members'
    | 'alerts.routings'
    | 'alerts.silences';
  readonly subjectIds: Iterable<string>;
};

/** Writes who looks at whom. It rejects when it cannot, and then nothing may be shown. */
export type RecordAccess = (access: Access) => Promise<void>;

export function createAccessLog(query: Query): RecordAccess {
  return async function recordAccess({ accessor, table, subjectIds }) {
    const subjects = [...new Set(subjectIds)];
    if (subjects.length === 0) return;
    await query(
      `insert into phi_access_log (user_id, accessor_id, access_type, table_name, record_id)
       select subject, $1, 'READ', $2, subject from unnest($3::text[]) as subject`,
      [accessor, table, textArray(subjects)],
    );
  };
}
