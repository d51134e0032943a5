import type { LogReader } from '@bridge/kafka';
import type { Query } from '@bridge/postgres';

export type WatermarkDeps = {
  readonly peek: Pick<LogReader, 'ends' | 'emptyUpTo'>;
  readonly query: Query;
  readonly topic: string;
  readonly consumer: string;
  /** This worker's clock. */
  readonly now: () => number;
};

/**
 * Messages carry the broker's time, the present is this worker's, and a message counts as arrived a moment after it was
 * stamped, once it is replicated. Clocks and replicas together may be so many milliseconds apart before a tick overtakes
 * a message; all ticks are late by as much.
 */
export const clocksApartMs = 2_000;

type Position = { readonly partition: number; readonly next: number; readonly lastTime: Date | null };

/**
 * Loads the watermark: the time up to which the topic is decided, by the broker's clock. It lies shortly before the present
 * where every partition is decided to its end; else it is the time of the last decided message in the partition that is
 * farthest behind. A partition without a position has decided nothing, unless it is empty. Records of an open transaction
 * have arrived, but are not decided before it ends.
 */
export function createWatermarkLoader({ peek, query, topic, consumer, now }: WatermarkDeps) {
  /** Where each partition's position stood at the last look, and up to where nothing is left to decide from there. */
  const looked = new Map<number, { readonly next: number; readonly emptyTo: number }>();

  /**
   * Markers of transactions and aborted records lie behind the last message and move no position. A position that moves
   * is left alone: under load every partition has messages on their way, and looking costs a fetch.
   */
  async function isDecided(partition: number, next: number, high: number): Promise<boolean> {
    const last = looked.get(partition);
    const standsStill = last?.next === next;
    let emptyTo = standsStill ? last.emptyTo : next;
    if (standsStill && emptyTo < high) emptyTo = await peek.emptyUpTo(topic, partition, emptyTo, high);
    looked.set(partition, { next, emptyTo });
    return emptyTo >= high;
  }

  return async function loadWatermark(): Promise<number> {
    // Taken first: a message that arrives from here on is not yet in these ends, and is later than this.
    const present = now() - clocksApartMs;
    const ends = await peek.ends(topic);
    const positions = await query<Position>(
      `select partition, next_offset next, last_time "lastTime" from cognition.positions
        where consumer = $1 and topic = $2`,
      [consumer, topic],
    );
    const byPartition = new Map(positions.map((position) => [position.partition, position]));
    let until = present;
    for (const { partition, low, high } of ends) {
      const position = byPartition.get(partition);
      // Messages that retention deleted unread are lost; nothing below `low` can be decided any more.
      if (await isDecided(partition, Math.max(position?.next ?? low, low), high)) continue;
      until = Math.min(until, position?.lastTime?.getTime() ?? 0);
    }
    return until;
  };
}
