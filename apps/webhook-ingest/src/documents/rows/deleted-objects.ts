import { byteaArray, timestamptzArray, type Query } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import { objectKey } from './keyed-hash.ts';

export type ObjectNotice = { readonly objectId: string; readonly noticedMs: number };

/** Which of these objects were deleted after they were noticed; by their ids. */
export type DeletedSince = (
  person: LiveSubject,
  source: string,
  noticed: readonly ObjectNotice[],
) => Promise<ReadonlySet<string>>;

export function createDeletedSince(query: Query): DeletedSince {
  return async function deletedSince(person, source, noticed) {
    if (noticed.length === 0) return new Set();
    const byKey = new Map(
      noticed.map(({ objectId }) => [objectKey(person, source, objectId).toString('hex'), objectId]),
    );
    const rows = await query<{ key: Buffer }>(
      `select o.object_key "key" from ingest.objects o
         join unnest($1::bytea[], $2::timestamptz[]) as n(key, noticed_at) on n.key = o.object_key
        where o.deleted and o.updated_at > n.noticed_at`,
      [byteaArray([...byKey.keys()]), timestamptzArray(noticed.map(({ noticedMs }) => noticedMs))],
    );
    return new Set(rows.flatMap(({ key }) => byKey.get(key.toString('hex')) ?? []));
  };
}
