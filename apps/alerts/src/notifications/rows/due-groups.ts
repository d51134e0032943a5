import { timestamptzArray, uuidArray, type Statement } from '@bridge/postgres';

/** By when the notifications of a person must be planned, and when the cause was; milliseconds since 1970. */
export type DueGroup = { readonly subjectId: string; readonly changedAt: number; readonly dueAt: number };

/**
 * Makes groups due; earlier times stay. It does not wait for a planner, which sees the change when it saves. Sorted, so that
 * two batches never wait for each other in a circle.
 */
export function makeGroupsDue(groups: readonly DueGroup[]): Statement {
  const sorted = groups.toSorted((a, b) => (a.subjectId < b.subjectId ? -1 : 1));
  return {
    name: 'make-groups-due',
    text: `insert into alerts.notification_groups as g (subject_id, due_at, changes_due_at, changed_at)
           select subject_id, due_at, due_at, changed_at
             from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) as d(subject_id, due_at, changed_at)
           on conflict (subject_id) do update
             set due_at = least(g.due_at, excluded.due_at), changes = g.changes + 1,
                 changes_due_at = least(g.changes_due_at, excluded.due_at),
                 changed_at = least(g.changed_at, excluded.changed_at)`,
    values: [
      uuidArray(sorted.map(({ subjectId }) => subjectId)),
      timestamptzArray(sorted.map(({ dueAt }) => dueAt)),
      timestamptzArray(sorted.map(({ changedAt }) => changedAt)),
    ],
  };
}
