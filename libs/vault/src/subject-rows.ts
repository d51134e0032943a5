import { type Query } from './query.ts';
import { type WrappedKey } from './wrap.ts';

/** A row of `keys.subjects` with its key; without one the person is erased. */
export type SubjectRow = {
  readonly subjectId: string;
  readonly userIndex: Buffer;
  readonly userIdSealed: Buffer;
  readonly key: WrappedKey | undefined;
};

export type NewSubjectRow = SubjectRow & { readonly key: WrappedKey };

type StoredRow = {
  subject_id: string;
  user_index: Buffer;
  user_id_sealed: Buffer;
  kek_id: string | null;
  wrapped: Buffer | null;
};

const selectSubjects = `
  select s.subject_id, s.user_index, s.user_id_sealed, k.kek_id, k.wrapped
  from keys.subjects s
  left join keys.subject_keys k on k.subject_id = s.subject_id and s.erased_at is null`;

export async function rowsByIndex(query: Query, indexes: readonly Buffer[]): Promise<SubjectRow[]> {
  const text = `${selectSubjects} where s.user_index = any($1::bytea[])`;
  return (await query<StoredRow>(text, [indexes])).map(fromStored);
}

export async function rowsById(query: Query, subjectIds: readonly string[]): Promise<SubjectRow[]> {
  const text = `${selectSubjects} where s.subject_id = any($1::uuid[])`;
  return (await query<StoredRow>(text, [subjectIds])).map(fromStored);
}

/**
 * Inserts persons with their keys in one statement and returns the ids of those that were new. Another process may
 * insert the same ones: rows go in by index order, so that two of them wait for each other and never deadlock.
 */
export async function insertRows(query: Query, rows: readonly NewSubjectRow[]): Promise<Set<string>> {
  const sorted = rows.toSorted((a, b) => Buffer.compare(a.userIndex, b.userIndex));
  const made = await query<{ subject_id: string }>(
    `with fresh as materialized (
       select * from unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::text[], $5::bytea[])
         with ordinality as f(subject_id, user_index, user_id_sealed, kek_id, wrapped, n)
     ), made as (
       insert into keys.subjects (subject_id, user_index, user_id_sealed)
       select subject_id, user_index, user_id_sealed from fresh order by n
       on conflict (user_index) do nothing
       returning subject_id
     )
     insert into keys.subject_keys (subject_id, kek_id, wrapped)
     select subject_id, kek_id, wrapped from fresh join made using (subject_id)
     returning subject_id`,
    [
      sorted.map((row) => row.subjectId),
      sorted.map((row) => row.userIndex),
      sorted.map((row) => row.userIdSealed),
      sorted.map((row) => row.key.kekId),
      sorted.map((row) => row.key.wrapped),
    ],
  );
  return new Set(made.map((row) => row.subject_id));
}

function fromStored(row: StoredRow): SubjectRow {
  const { kek_id: kekId, wrapped } = row;
  return {
    subjectId: row.subject_id,
    userIndex: row.user_index,
    userIdSealed: row.user_id_sealed,
    key: kekId !== null && wrapped !== null ? { kekId, wrapped } : undefined,
  };
}
