import type { Query } from '@bridge/postgres';

/** A consumer's stored position in one partition. Times are in milliseconds since 1970. */
export type StoredPosition = {
  /** The service's schema. */
  readonly schema: string;
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: number;
  readonly clusterId: string;
  /** The offset of the last message that was read, and its broker time. */
  readonly lastOffset: number | null;
  readonly lastTime: number | null;
};

/** The schemas of the consuming services. */
const schemas = ['cognition', 'alerts'];

export async function loadPositions(query: Query): Promise<StoredPosition[]> {
  const tables = schemas.map((schema) => `select '${schema}' schema, * from ${schema}.positions`);
  return query<StoredPosition>(
    `select schema, consumer, topic, partition, next_offset "nextOffset", cluster_id "clusterId",
            last_offset "lastOffset", round(extract(epoch from last_time) * 1000)::float8 "lastTime"
       from (${tables.join(' union all ')}) p order by schema, consumer, topic, partition`,
  );
}

/**
 * Moves a position, if it is unchanged since it was loaded, to an offset of the log of `clusterId`. Clears the record of the
 * last message, which may belong to another log. Returns false if the position has moved meanwhile.
 */
export async function rewritePosition(
  query: Query,
  { schema, consumer, topic, partition, nextOffset, clusterId }: StoredPosition,
  to: { readonly offset: number; readonly clusterId: string },
): Promise<boolean> {
  const rows = await query(
    `update ${schema}.positions
        set next_offset = $6, cluster_id = $7, last_offset = null, last_time = null, last_hash = null
      where consumer = $1 and topic = $2 and partition = $3 and next_offset = $4 and cluster_id = $5
     returning 1`,
    [consumer, topic, partition, nextOffset, clusterId, to.offset, to.clusterId],
  );
  return rows.length === 1;
}
