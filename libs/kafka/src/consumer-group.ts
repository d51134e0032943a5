import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import type { KafkaConnection } from './connect.ts';
import type { Lane } from './lanes.ts';

/** Recovery times of the group: a worker that is gone is noticed after the session, a slow one ends a rebalance. */
export const groupTimes = { sessionTimeout: 10_000, heartbeatInterval: 1_000, rebalanceTimeout: 15_000 };

export function createGroupConsumer({ groups }: KafkaConnection, groupId: string): Consumer {
  return groups.consumer({
    groupId,
    ...groupTimes,
    // A stop and a rebalance wait for the fetch under way; a fetch answers at once when there is something.
    maxWaitTimeInMs: 250,
    maxBytesPerPartition: 512 * 1024,
    // Losing the broker for hours is no crash; it heals by itself.
    retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 1_000_000 },
  });
}

export type JoinOptions = {
  readonly topics: readonly string[];
  readonly eachBatch: (payload: EachBatchPayload) => Promise<void>;
  readonly isStopping: () => boolean;
};

/** Joining goes on in the background, so that a service starts while Kafka is down. */
export async function joinGroup(
  consumer: Consumer,
  { topics, eachBatch, isStopping }: JoinOptions,
  { log }: Pick<KafkaConnection, 'log'>,
): Promise<void> {
  while (!isStopping()) {
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch });
      return;
    } catch (error) {
      log.warn('could not join the group', { error });
      await sleep(1_000);
    }
  }
}

/**
 * Kafka's own offsets only show others where we stand; a failure is repaired by the next commit. Returns a function that
 * commits once more and stops.
 */
export function commitPeriodically(
  consumer: Consumer,
  lanes: () => readonly Lane[],
  { log }: Pick<KafkaConnection, 'log'>,
): () => Promise<void> {
  const written = new Map<string, number>();
  const commit = async () => {
    const moved = lanes().filter((lane) => written.get(`${lane.topic}/${lane.partition}`) !== lane.committed);
    if (moved.length === 0) return;
    await consumer.commitOffsets(
      moved.map(({ topic, partition, committed }) => ({ topic, partition, offset: String(committed) })),
    );
    for (const lane of moved) written.set(`${lane.topic}/${lane.partition}`, lane.committed);
  };
  const quietly = () => commit().catch((error: unknown) => log.debug('offsets not committed yet', { error }));
  const timer = setInterval(() => void quietly(), 1_000);
  return async () => {
    clearInterval(timer);
    await quietly();
  };
}
