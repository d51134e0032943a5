import { topics } from '@bridge/contracts';
import type { KafkaConnection } from '@bridge/kafka';
import type { Query } from '@bridge/postgres';

/** One offset per partition of a topic. */
export type Mark = ReadonlyMap<number, number>;

/** Returns the current end of the topic. */
export async function endOfTopic(kafka: KafkaConnection, topic: string = topics.events.name): Promise<Mark> {
  const admin = await kafka.admin();
  const offsets = await admin.fetchTopicOffsets(topic);
  return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]));
}

/** The consumer's next batch begins there. It must not run. */
export async function rewind(
  { kafka, query }: { readonly kafka: KafkaConnection; readonly query: Query },
  consumer: string,
  mark: Mark,
): Promise<void> {
  await query('delete from cognition.positions where consumer = $1', [consumer]);
  await query(
    `insert into cognition.positions (consumer, topic, partition, next_offset, cluster_id)
     select $1, $2, unnest($3::int[]), unnest($4::int8[]), $5`,
    [consumer, topics.events.name, [...mark.keys()], [...mark.values()], await kafka.clusterId()],
  );
}

export const total = (mark: Mark): number => [...mark.values()].reduce((sum, offset) => sum + offset, 0);

/** Returns whether every partition has reached the wanted offset. */
export const hasReached = (at: Mark, wanted: Mark): boolean =>
  [...wanted].every(([partition, offset]) => (at.get(partition) ?? 0) >= offset);
