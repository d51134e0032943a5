import { type AccessorNames } from '@bridge/auth';
import { type Query } from '@bridge/postgres';
import { type Vault } from '@bridge/vault';

export type LoggedAccess = {
  readonly at: Date;
  /** As an admin reads it: a subject of the OIDC provider is opened. */
  readonly accessor: string;
  readonly type: string;
  readonly table: string;
  readonly subjectId: string | undefined;
  /** Undefined: everybody's data, or that of somebody who was erased. */
  readonly userId: string | undefined;
};

/** The last row of a page: its time in microseconds since 1970, and how many rows of that time were shown. */
export type AuditCursor = { readonly time: number; readonly shown: number };

export type AuditSelection = {
  readonly userId: string | undefined;
  readonly accessor: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly before: AuditCursor | undefined;
  readonly limit: number;
};

export type AuditPage = {
  /** Latest first. */
  readonly accesses: readonly LoggedAccess[];
  readonly next: AuditCursor | undefined;
};

export type ReadAudit = (selection: AuditSelection) => Promise<AuditPage>;

type Row = {
  readonly at: Date;
  readonly time: number;
  readonly subject: string | null;
  readonly accessor: string;
  readonly type: string;
  readonly table: string;
};

type Deps = {
  readonly query: Query;
  readonly vault: Pick<Vault, 'find' | 'byId'>;
  readonly accessorNames: AccessorNames;
};

/** Who looked at whose data, from `phi_access_log`. Reading it is an access too, which the caller records. */
export function createAuditReader({ query, vault, accessorNames }: Deps): ReadAudit {
  async function rowsOf({ from, to, before, limit, ...who }: AuditSelection): Promise<Row[]> {
    const subject = who.userId === undefined ? undefined : (await vault.find([who.userId])).get(who.userId);
    if (who.userId !== undefined && subject === undefined) return [];
    const accessors = who.accessor === undefined ? undefined : await accessorNames.named(who.accessor);
    // The log has no key of its own. Rows of one statement share their time, so a page ends after so many of that time.
    return query<Row>(
      `select access_time "at", (extract(epoch from access_time) * 1000000)::int8 "time", user_id subject,
              accessor_id accessor, access_type "type", table_name "table"
         from public.phi_access_log
        where ($1::text is null or user_id = $1)
          and ($2::text[] is null or accessor_id = any($2))
          and ($3::timestamptz is null or access_time >= $3) and ($4::timestamptz is null or access_time < $4)
          and ($5::int8 is null or access_time <= 'epoch'::timestamptz + $5 * interval '1 microsecond')
        order by access_time desc, user_id, accessor_id, access_type, table_name, record_id
        offset $6 limit $7`,
      [subject?.subjectId, accessors, from, to, before?.time, before?.shown ?? 0, limit + 1],
    );
  }

  return async function readAudit(selection) {
    const rows = await rowsOf(selection);
    const page = rows.slice(0, selection.limit);
    const subjectIds = new Set(page.flatMap(({ subject }) => (isSubjectId(subject) ? [subject] : [])));
    const [subjects, names] = await Promise.all([
      vault.byId(subjectIds),
      accessorNames.nameOf(page.map(({ accessor }) => accessor)),
    ]);
    const accesses = page.map(({ at, subject, accessor, type, table }): LoggedAccess => {
      const subjectId = isSubjectId(subject) ? subject : undefined;
      const userId = subjectId === undefined ? undefined : subjects.get(subjectId)?.userId;
      return { at, accessor: names.get(accessor) ?? accessor, type, table, subjectId, userId };
    });
    return { accesses, next: rows.length > page.length ? endOf(page, selection.before) : undefined };
  };
}

function endOf(page: readonly Row[], before: AuditCursor | undefined): AuditCursor | undefined {
  const time = page.at(-1)?.time;
  if (time === undefined) return undefined;
  const shown = page.filter((row) => row.time === time).length;
  return { time, shown: shown + (before?.time === time ? before.shown : 0) };
}

function isSubjectId(text: string | null): text is string {
  return text !== null && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
