import { milliseconds } from './milliseconds.ts';
import type { Query, Statement } from './transaction.ts';

/** A consumer's position in one partition, with the last message read, so that a recreated topic is noticed. */
export type StoredPosition = {
  readonly partition: number;
  readonly nextOffset: number;
  readonly clusterId: string;
  readonly lastOffset: number | null;
  /** Milliseconds since 1970, as the broker stamped it. */
  readonly lastTime: number | null;
  readonly lastHash: Buffer | null;
};

/** A step of a position: only the worker that knows `from` can make it. */
export type PositionMove = {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  /** The last offset of the batch + 1. Markers and compaction leave gaps. */
  readonly to: number;
  readonly lastOffset: number;
  readonly lastTime: number;
  readonly lastHash: Buffer;
};

export type Positions = {
  load(topic: string, partitions: readonly number[]): Promise<StoredPosition[]>;
  /** Writes the first position of partitions that have none; one that exists is left as it is. */
  start(topic: string, partition: number, nextOffset: number, clusterId: string): Promise<void>;
  /** Locks positions that are about to move, before anything else is locked; in the order of `moveStatement`. */
  lock(query: Query, topics: readonly string[], partitions: readonly number[]): Promise<void>;
  /** Moves all or raises `BB001`. First statement of a batch's transaction, so that a fenced worker fails early. */
  moveStatement(moves: readonly PositionMove[]): Statement;
};

/** Positions of one consumer group, in `<schema>.positions`. */
export function createPositions(query: Query, schema: string, consumer: string): Positions {
  const table = `${schema}.positions`;
  return {
    load: (topic, partitions) =>
      query<StoredPosition>(
        `select partition, next_offset "nextOffset", cluster_id "clusterId", last_offset "lastOffset",
                ${milliseconds('last_time')} "lastTime", last_hash "lastHash"
           from ${table} where consumer = $1 and topic = $2 and partition = any($3) order by partition`,
        [consumer, topic, partitions],
      ),
    start: async (topic, partition, nextOffset, clusterId) => {
      await query(
        `insert into ${table} (consumer, topic, partition, next_offset, cluster_id)
         values ($1, $2, $3, $4, $5) on conflict do nothing`,
        [consumer, topic, partition, nextOffset, clusterId],
      );
    },
    lock: async (locking, topics, partitions) => {
      await locking(
        `select 1 from ${table} p
          where consumer = $1 and (topic, partition) in (select * from unnest($2::text[], $3::int[]))
          order by topic, partition for no key update`,
        [consumer, topics, partitions],
      );
    },
    moveStatement: (moves) => {
      const ordered = [...moves].sort((a, b) =>
        a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition,
      );
      return {
        name: `move-position-${schema}`,
        text: `with moved as (
                 update ${table} p
                    set next_offset = m.upto, last_offset = m.last_offset, last_hash = m.last_hash,
                        last_time = to_timestamp(m.last_time / 1000.0)
                   from unnest($2::text[], $3::int[], $4::int8[], $5::int8[], $6::int8[], $7::float8[], $8::bytea[])
                        as m(topic, partition, since, upto, last_offset, last_time, last_hash)
                  where p.consumer = $1 and p.topic = m.topic and p.partition = m.partition
                    and p.next_offset = m.since
                 returning 1)
               select delivery.expect_rows((select count(*) from moved), $9, 'BB001')`,
        values: [
          consumer,
          ordered.map((move) => move.topic),
          ordered.map((move) => move.partition),
          ordered.map((move) => move.from),
          ordered.map((move) => move.to),
          ordered.map((move) => move.lastOffset),
          ordered.map((move) => move.lastTime),
          ordered.map((move) => move.lastHash),
          ordered.length,
        ],
      };
    },
  };
}
