import { textArray, uuidArray, type Query } from '@bridge/postgres';
import type { AlertMatch } from '@bridge/contracts';

/** An alert may match, as far as its row says so in the clear; the planner decides. Parameters from $3 on. */
const mayMatch = `($3::text[] is null or e.severity = any($3))
  and ($4::text[] is null or e.kind = any($4) or exists (select from unnest($5::text[]) p where starts_with(e.kind, p)))
  and ($6::text[] is null or e.source = any($6)
       or exists (select from unnest($7::text[]) p where starts_with(e.source, p)))`;

/** Locked in the order in which signals lock them. A ledger that has another form names no alerts. */
const concernedText = `
  with concerned as (
    select g.subject_id from alerts.notification_groups g
     where ($1::uuid[] is null or g.subject_id = any($1))
       and ($2::text[] is null or exists (
             select from alerts.person_group_members m where m.subject_id = g.subject_id and m.name = any($2)))
       and (exists (select from alerts.episodes e
                     where e.subject_id = g.subject_id and e.status <> 'resolved' and ${mayMatch})
            or exists (select from jsonb_object_keys(case when jsonb_typeof(g.ledger -> 'alerts') = 'object'
                                                         then g.ledger -> 'alerts' else '{}' end) k(id)
                        join alerts.episodes e
                          on e.alert_id = decode(case when k.id ~ '^[0-9a-f]{32}$' then k.id else '' end, 'hex')
                       where ${mayMatch}))
     order by g.subject_id for update)
  update alerts.notification_groups g set due_at = least(g.due_at, now()), changes = g.changes + 1,
         changes_due_at = least(g.changes_due_at, now())
    from concerned c where g.subject_id = c.subject_id`;

/**
 * Persons with open alerts, or with ends that are not told, which may match are planned again.
 *
 * @param concern `subjectIds`: only these persons; undefined: whoever it is.
 */
export async function makeConcernedDue(
  query: Query,
  { match, subjectIds }: { readonly match: AlertMatch; readonly subjectIds: readonly string[] | undefined },
): Promise<void> {
  const { severity, kind, source, group } = match;
  await query(concernedText, [
    subjectIds === undefined ? null : uuidArray(subjectIds),
    listOrNull(group),
    listOrNull(severity),
    ...textsOf(kind),
    ...textsOf(source),
  ]);
}

function textsOf(values: AlertMatch['kind']): [exact: Buffer | null, prefixes: Buffer | null] {
  if (values === undefined) return [null, null];
  return [
    textArray(values.filter((value) => typeof value === 'string')),
    textArray(values.flatMap((value) => (typeof value === 'string' ? [] : [value.prefix]))),
  ];
}

function listOrNull(texts: readonly string[] | undefined): Buffer | null {
  return texts === undefined ? null : textArray(texts);
}
