import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaConnection } from '@bridge/kafka';

/** Where a partition ends: the offset after its last message. */
export type TopicEnd = { readonly partition: number; readonly end: number };

/** The ends of a topic's partitions. A broker that has just restarted leads none of them for a moment, which is waited for. */
export async function topicEnds(
  kafka: Pick<KafkaConnection, 'admin'>,
  topic: string,
  withinMs = 30_000,
): Promise<TopicEnd[]> {
  const until = Date.now() + withinMs;
  for (;;) {
    try {
      const offsets = await (await kafka.admin()).fetchTopicOffsets(topic);
      return offsets.map(({ partition, high }) => ({ partition, end: Number(high) }));
    } catch (error) {
      if (!isRetriable(error) || Date.now() > until) throw error;
    }
    await sleep(250);
  }
}

function isRetriable(error: unknown): boolean {
  return error instanceof Error && 'retriable' in error && error.retriable === true;
}
