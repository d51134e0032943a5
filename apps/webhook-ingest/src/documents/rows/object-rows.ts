import { byteaArray, int8Array, textArray, type Query, type Statement } from '@bridge/postgres';
import type { KnownObject } from '../domain/next-version.ts';

export type ObjectRow = {
  readonly key: Buffer;
  readonly version: number;
  readonly vendorVersion: number | undefined;
  readonly contentHash: Buffer;
  readonly deleted: boolean;
};

/** Loads these objects, by hex key; `contentHash` is hex. */
export async function loadObjects(query: Query, keys: readonly Buffer[]): Promise<Map<string, KnownObject>> {
  const rows = await query<{
    key: Buffer;
    version: number;
    vendorVersion: number | null;
    contentHash: Buffer;
    deleted: boolean;
  }>(
    `select object_key "key", version, vendor_version "vendorVersion", content_hash "contentHash", deleted
       from ingest.objects where object_key = any($1::bytea[])`,
    [byteaArray(keys)],
  );
  return new Map(
    rows.map(({ key, version, vendorVersion, contentHash, deleted }) => [
      key.toString('hex'),
      {
        version,
        vendorVersion: vendorVersion ?? undefined,
        contentHash: contentHash.toString('hex'),
        deleted,
      },
    ]),
  );
}

/** Writes the newest version of each object; one row per key. */
export function writeObjects(subjectId: string, rows: readonly ObjectRow[]): Statement {
  return {
    name: 'write-objects',
    text: `insert into ingest.objects (object_key, subject_id, version, vendor_version, content_hash, deleted)
           select key, $1, version, vendor_version, content_hash, deleted = 't'
             from unnest($2::bytea[], $3::bigint[], $4::bigint[], $5::bytea[], $6::text[])
                  as o(key, version, vendor_version, content_hash, deleted)
           on conflict (object_key) do update
              set version = excluded.version, vendor_version = excluded.vendor_version,
                  content_hash = excluded.content_hash, deleted = excluded.deleted, updated_at = now()`,
    values: [
      subjectId,
      byteaArray(rows.map(({ key }) => key)),
      int8Array(rows.map(({ version }) => version)),
      int8Array(rows.map(({ vendorVersion }) => vendorVersion ?? null)),
      byteaArray(rows.map(({ contentHash }) => contentHash)),
      textArray(rows.map(({ deleted }) => (deleted ? 't' : 'f'))),
    ],
  };
}
