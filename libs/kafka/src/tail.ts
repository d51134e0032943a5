import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Consumer, type EachBatchPayload } from 'kafkajs';
import { retryVerdict, type Closeable, type Component, type Log } from '@bridge/core';
import type { KafkaConnection } from './connect.ts';
import { watchPulse } from './consumer-pulse.ts';
import { deleteGroup } from './delete-group.ts';
import { fromKafka, type IncomingMessage } from './message.ts';
import { startOffsets, type StartFrom, type TopicOffsets } from './start-offsets.ts';

export type TailOptions = {
  readonly kafka: Pick<KafkaConnection, 'groups' | 'admin'>;
  readonly topics: readonly string[];
  /** Where to start in each partition; see `StartFrom`. */
  readonly from: StartFrom;
  /**
   * Called in offset order per partition, one at a time; a promise is awaited. A transient error is tried again until it
   * passes, any other is logged and the message skipped.
   */
  readonly onMessage: (message: IncomingMessage) => void | Promise<void>;
  /** Each topic's partitions and the next offset of each; at the start and again when partitions are added or a broker returns. */
  readonly onAssigned?: (next: TopicOffsets) => void;
  /** kafkajs gave up; the process should end, so that its supervisor starts a new one. */
  readonly onCrash: (error: Error) => void;
  readonly log: Log;
  /** First part of the group's name. Default `tail`. */
  readonly groupPrefix?: string;
};

export type Tail = Closeable & {
  /** Healthy while it takes part in its group and the broker answers. */
  readonly component: Component;
};

const retryDelayMs = 500;

/**
 * Reads all partitions of some topics, from positions that only this process knows: a consumer group of its own, nothing
 * committed, and the group deleted on close. kafkajs can't read without a group.
 * Resolves when the first assignment was made.
 */
export async function tailTopics(options: TailOptions): Promise<Tail> {
  const { kafka, topics, from, onMessage, onAssigned, onCrash, log } = options;
  const groupId = `${options.groupPrefix ?? 'tail'}-${randomBytes(8).toString('hex')}`;
  const next = await startOffsets(await kafka.admin(), topics, from);
  const consumer = createConsumer(kafka, groupId);
  const pulse = watchPulse(consumer);
  let closed = false;

  function seekAll(assignment: Readonly<Record<string, readonly number[]>>): void {
    for (const [topic, partitions] of Object.entries(assignment)) {
      for (const partition of partitions) {
        const offset = nextOffset(next, topic, partition);
        consumer.seek({ topic, partition, offset: String(offset) });
      }
    }
    onAssigned?.(next);
  }

  async function handle(message: IncomingMessage, heartbeat: () => Promise<void>): Promise<void> {
    while (!closed) {
      try {
        const handled = onMessage(message);
        if (handled instanceof Promise) await handled;
        return;
      } catch (error) {
        const { topic, partition, offset } = message;
        if (retryVerdict(error) !== 'transient') {
          log.error('message skipped: its handler failed', { error, topic, partition, offset });
          return;
        }
        log.warn('message is tried again', { error, topic, partition, offset });
        await sleep(retryDelayMs);
        await heartbeat();
      }
    }
  }

  async function eachBatch(payload: EachBatchPayload): Promise<void> {
    const { topic, partition, messages } = payload.batch;
    for (const message of messages) {
      if (closed || !payload.isRunning() || payload.isStale()) return;
      const incoming = fromKafka(topic, partition, message);
      await handle(incoming, () => payload.heartbeat());
      (next[topic] ??= {})[partition] = incoming.offset + 1;
      payload.resolveOffset(message.offset);
    }
    await payload.heartbeat();
  }

  const { GROUP_JOIN, CRASH } = consumer.events;
  // Synchronous on purpose: kafkajs fetches right after this event, and it drops what it fetched for a sought partition.
  consumer.on(GROUP_JOIN, ({ payload }) => seekAll(payload.memberAssignment));
  consumer.on(CRASH, ({ payload }) => {
    if (!closed && !payload.restart) onCrash(payload.error);
  });

  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  const joined = new Promise<void>((resolve) => {
    const stopListening = consumer.on(GROUP_JOIN, () => {
      stopListening();
      resolve();
    });
  });
  await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch });
  await joined;

  return {
    component: {
      name: 'tail',
      needed: true,
      check: () => (pulse.isAlive() ? 'healthy' : 'unhealthy'),
    },
    async close() {
      if (closed) return;
      closed = true;
      await consumer.disconnect();
      await deleteGroup(kafka, groupId, log);
    },
  };
}

/** A partition that appeared later is read from its beginning: nothing of it was seen. */
function nextOffset(next: TopicOffsets, topic: string, partition: number): number {
  return ((next[topic] ??= {})[partition] ??= 0);
}

function createConsumer({ groups }: Pick<KafkaConnection, 'groups'>, groupId: string): Consumer {
  return groups.consumer({
    groupId,
    allowAutoTopicCreation: false,
    partitionAssigners: [kafkajs.PartitionAssigners.roundRobin],
    // The least that brokers allow: after a restart the broker waits this long for the member that it remembers.
    sessionTimeout: 6_000,
    heartbeatInterval: 1_000,
    rebalanceTimeout: 6_000,
    metadataMaxAge: 30_000,
    maxWaitTimeInMs: 500,
    retry: {
      initialRetryTime: 100,
      maxRetryTime: 1_000,
      retries: 10,
      restartOnFailure: () => Promise.resolve(true),
    },
  });
}
