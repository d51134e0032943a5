import { uuidArray, type Query } from '@bridge/postgres';

/** Of these persons the erased ones, as of now: the vault remembers persons for a minute. */
export function createErasedAmong(query: Query) {
  return async function erasedAmong(subjectIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (subjectIds.length === 0) return new Set();
    const rows = await query<{ subject_id: string }>(
      'select subject_id from keys.subjects where subject_id = any($1::uuid[]) and erased_at is not null',
      [uuidArray(subjectIds)],
    );
    return new Set(rows.map(({ subject_id }) => subject_id));
  };
}
