import type { KafkaConnection } from '@bridge/kafka';
import type { Query } from '@bridge/postgres';

/**
 * Up to when the topic is decided, by the broker's clock: the present where every partition is decided to its end, else the
 * time of the last message that was decided in the partition that is farthest behind. A partition without a position
 * has decided nothing, unless it is empty.
 */
export function createDecidedUpTo(deps: {
  readonly kafka: Pick<KafkaConnection, 'admin'>;
  readonly query: Query;
  readonly topic: string;
  readonly consumer: string;
  readonly now: () => number;
}) {
  const { kafka, query, topic, consumer, now } = deps;
  return async function decidedUpTo(): Promise<number> {
    // Taken first: what arrives from here on is not yet in these ends, and is later than this.
    const present = now();
    const ends = await (await kafka.admin()).fetchTopicOffsets(topic);
    const positions = await query<{ partition: number; next: number; lastTime: Date | null }>(
      `select partition, next_offset next, last_time "lastTime" from cognition.positions
        where consumer = $1 and topic = $2`,
      [consumer, topic],
    );
    const byPartition = new Map(positions.map((position) => [position.partition, position]));
    return Math.min(
      ...ends.map(({ partition, low, high }) => {
        const position = byPartition.get(partition);
        if (low === high || (position !== undefined && position.next >= Number(high))) return present;
        return position?.lastTime?.getTime() ?? 0;
      }),
    );
  };
}
