import { setTimeout as sleep } from 'node:timers/promises';
import { retryVerdict, type Closeable, type Component, type Log } from '@bridge/core';
import type { EachBatchPayload } from 'kafkajs';
import type { KafkaConnection } from './connect.ts';
import { createGroupConsumer, joinGroup } from './consumer-group.ts';
import { watchPulse } from './consumer-pulse.ts';
import { fromKafka, type IncomingMessage } from './message.ts';

export type GroupReaderOptions = {
  readonly connection: KafkaConnection;
  readonly groupId: string;
  readonly topics: readonly string[];
  /**
   * Messages of one partition, in order. Once it resolves they are committed. A transient error is tried again until it passes.
   */
  readonly onMessages: (messages: readonly IncomingMessage[], signal: AbortSignal) => Promise<void>;
  readonly limits: { readonly messages: number; readonly bytes: number };
  /** kafkajs gave up; the process should end, so that its supervisor starts a new one. */
  readonly onCrash: (reason: string, error: unknown) => void;
  readonly log: Log;
};

export type GroupReader = Closeable & { readonly component: Component };

const heartbeatMs = 1_000;
const retryDelayMs = 500;

/**
 * Reads topics as one of a group whose offsets Kafka keeps: each message at least once. A new group begins at the end of the
 * topics: whoever comes later does not want the past. For what must change a table exactly once there is `startBatchConsumer`.
 */
export function startGroupReader(options: GroupReaderOptions): GroupReader {
  const { connection, groupId, topics, onMessages, limits, onCrash, log } = options;
  const consumer = createGroupConsumer(connection, groupId);
  const pulse = watchPulse(consumer);
  const stopping = new AbortController();
  const { signal } = stopping;
  const isStopping = () => signal.aborted;

  async function handle(messages: readonly IncomingMessage[], isOver: () => boolean): Promise<boolean> {
    while (!isOver()) {
      try {
        await onMessages(messages, signal);
        return true;
      } catch (error) {
        if (isOver()) return false;
        if (retryVerdict(error) !== 'transient') throw error;
        log.debug('messages are tried again', { error, group: groupId });
        await sleep(retryDelayMs);
      }
    }
    return false;
  }

  async function eachBatch(payload: EachBatchPayload): Promise<void> {
    const { topic, partition, messages } = payload.batch;
    const isOver = () => isStopping() || !payload.isRunning() || payload.isStale();
    // The receiver may be away for hours, and the group must not count this member as gone.
    const beating = setInterval(() => void payload.heartbeat().catch(() => undefined), heartbeatMs);
    try {
      for (const part of inParts(
        messages.map((one) => fromKafka(topic, partition, one)),
        limits,
      )) {
        if (!(await handle(part, isOver))) return;
        const last = part.at(-1)?.offset ?? 0;
        payload.resolveOffset(String(last));
        await consumer.commitOffsets([{ topic, partition, offset: String(last + 1) }]);
      }
    } catch (error) {
      // Nothing raw reaches kafkajs, which would stop for good on a TypeError.
      onCrash(`the group ${groupId} stopped`, error);
    } finally {
      clearInterval(beating);
    }
  }

  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart && !isStopping()) onCrash(`the consumer of ${groupId} crashed`, payload.error);
  });
  const joining = beginAtEnds(options, isStopping).then(() =>
    joinGroup(consumer, { topics, eachBatch, isStopping }, connection),
  );

  return {
    component: {
      name: 'websocket',
      needed: false,
      check: () => (pulse.isAlive() ? 'healthy' : 'degraded'),
    },
    async close() {
      if (signal.aborted) return;
      stopping.abort();
      await joining;
      await consumer.disconnect();
    },
  };
}

/**
 * Commits the ends of partitions of which the group has no offset yet: a group that is away before its first message would begin
 * at the end again, and lose what came meanwhile.
 */
async function beginAtEnds(
  { connection, groupId, topics, log }: GroupReaderOptions,
  isStopping: () => boolean,
): Promise<void> {
  while (!isStopping()) {
    try {
      const admin = await connection.admin();
      for (const { topic, partitions } of await admin.fetchOffsets({ groupId, topics: [...topics] })) {
        const unknown = partitions.filter(({ offset }) => offset === '-1').map(({ partition }) => partition);
        if (unknown.length === 0) continue;
        const ends = await admin.fetchTopicOffsets(topic);
        const offsets = ends
          .filter(({ partition }) => unknown.includes(partition))
          .map(({ partition, high }) => ({ partition, offset: high }));
        await admin.setOffsets({ groupId, topic, partitions: offsets });
      }
      return;
    } catch (error) {
      // Another member is faster: then the group is not empty, and its offsets are that member's to set.
      log.debug('the group has no offsets yet', { error, group: groupId });
      if (await hasMembers(connection, groupId)) return;
      await sleep(retryDelayMs);
    }
  }
}

async function hasMembers(connection: KafkaConnection, groupId: string): Promise<boolean> {
  try {
    const { groups } = await (await connection.admin()).describeGroups([groupId]);
    return groups.some(({ members }) => members.length > 0);
  } catch {
    return false;
  }
}

function* inParts(
  messages: readonly IncomingMessage[],
  limits: GroupReaderOptions['limits'],
): Generator<readonly IncomingMessage[]> {
  let part: IncomingMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = message.value?.length ?? 0;
    if (part.length > 0 && (part.length === limits.messages || bytes + size > limits.bytes)) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push(message);
    bytes += size;
  }
  if (part.length > 0) yield part;
}
