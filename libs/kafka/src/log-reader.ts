// Named in full, so that a bundle holds the same module that kafkajs itself uses.
import Batch from 'kafkajs/src/consumer/batch.js';
import type { Kafka } from 'kafkajs';
import type { Closeable } from '@bridge/core';
import { fromKafka, type IncomingMessage } from './message.ts';
import { connectCluster, type Cluster } from './kafkajs-cluster.ts';

/** The ends of one partition's log. */
export type LogEnd = {
  readonly partition: number;
  /** The oldest offset that is kept. */
  readonly low: number;
  /** The one that the next record gets: records of open transactions count, which no consumer is given yet. */
  readonly high: number;
};

export type FetchedMessages = { readonly messages: readonly IncomingMessage[]; readonly next: number };

export type LogReader = Closeable & {
  ends(topic: string): Promise<LogEnd[]>;
  /**
   * Fetches from a partition as a consumer would and returns the offset up to which there is nothing for one: that of the
   * first message, or where an open transaction begins, at most `to`.
   */
  emptyUpTo(topic: string, partition: number, from: number, to: number): Promise<number>;
  /** The next messages of a partition, and the offset behind them; `next` stays at `from` where nothing can be read yet. */
  fetch(topic: string, partition: number, from: number): Promise<FetchedMessages>;
  /**
   * By partition the offset of the first message that was appended at this time or later, in milliseconds since 1970; a
   * partition without one is left out.
   */
  offsetsSince(topic: string, time: number): Promise<ReadonlyMap<number, number>>;
  /** The message at an offset that the log still holds; undefined: none for a consumer is there. */
  read(topic: string, partition: number, offset: number): Promise<IncomingMessage | undefined>;
};

const readUncommitted = 0;
const readCommitted = 1;
/** A fetch returns at least one record batch, however long it is. */
const fetchBytes = 64 * 1024;
/** For those who read on. */
const longFetchBytes = 1024 * 1024;
/** An aborted transaction can be long: the next look goes on where this one ends. */
const maxFetches = 20;

/**
 * Reads offsets and records without a consumer group. kafkajs's admin client reports ends up to the first open
 * transaction, and its consumer skips markers and aborted records silently: neither shows that nothing is left.
 */
export function createLogReader(kafka: Kafka): LogReader {
  let connecting: Promise<Cluster> | undefined;

  /** A cluster that failed once is thrown away: it may hold the leaders and connections of before. */
  async function on<Result>(topic: string, ask: (cluster: Cluster) => Promise<Result>): Promise<Result> {
    const current = (connecting ??= connectCluster(kafka, readUncommitted));
    try {
      const cluster = await current;
      await cluster.addTargetTopic(topic);
      await cluster.refreshMetadataIfNecessary();
      return await ask(cluster);
    } catch (error) {
      if (connecting === current) connecting = undefined;
      await disconnect(current);
      throw error;
    }
  }

  return {
    ends: (topic) =>
      on(topic, async (cluster) => {
        const partitions = cluster
          .findTopicPartitionMetadata(topic)
          .map(({ partitionId }) => ({ partition: partitionId }));
        const offsets = async (fromBeginning: boolean) => {
          const [found] = await cluster.fetchTopicsOffset([{ topic, fromBeginning, partitions }]);
          return new Map(found?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
        };
        const [highs, lows] = [await offsets(false), await offsets(true)];
        return [...highs].map(([partition, high]) => ({ partition, low: lows.get(partition) ?? 0, high }));
      }),
    offsetsSince: (topic, time) =>
      on(topic, async (cluster) => {
        const partitions = cluster
          .findTopicPartitionMetadata(topic)
          .map(({ partitionId }) => ({ partition: partitionId }));
        const request = { topic, fromBeginning: false, fromTimestamp: time, partitions };
        const [found] = await cluster.fetchTopicsOffset([request]);
        const offsets = found?.partitions.map(
          ({ partition, offset }) => [partition, Number(offset)] as const,
        );
        return new Map(offsets?.filter(([, offset]) => offset >= 0));
      }),
    emptyUpTo: (topic, partition, from, to) =>
      on(topic, async (cluster) => {
        let next = from;
        for (let fetches = 0; next < to && fetches < maxFetches; fetches += 1) {
          const batch = await fetchBatch(cluster, topic, partition, next);
          const first = batch.messages[0];
          if (first) return Math.min(Number(first.offset), to);
          // Nothing at all: the next records belong to a transaction that is still open.
          if (!batch.isEmptyDueToFiltering()) break;
          next = Number(batch.lastOffset()) + 1;
        }
        return Math.min(next, to);
      }),
    fetch: (topic, partition, from) =>
      on(topic, async (cluster) => {
        const batch = await fetchBatch(cluster, topic, partition, from, longFetchBytes);
        // A fetch begins with the whole record batch that holds its offset.
        const messages = batch.messages
          .map((message) => fromKafka(topic, partition, message))
          .filter(({ offset }) => offset >= from);
        const last = messages.at(-1)?.offset;
        if (last !== undefined) return { messages, next: last + 1 };
        return { messages, next: batch.isEmptyDueToFiltering() ? Number(batch.lastOffset()) + 1 : from };
      }),
    read: (topic, partition, offset) =>
      on(topic, async (cluster) => {
        const { messages } = await fetchBatch(cluster, topic, partition, offset);
        const found = messages.find((message) => Number(message.offset) === offset);
        return found && fromKafka(topic, partition, found);
      }),
    close: async () => {
      if (connecting) await disconnect(connecting);
      connecting = undefined;
    },
  };
}

async function fetchBatch(
  cluster: Cluster,
  topic: string,
  partition: number,
  from: number,
  maxBytes = fetchBytes,
): Promise<Batch> {
  const [leader] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
  const broker = await cluster.findBroker({ nodeId: String(leader) });
  const fetchOffset = String(from);
  const { responses } = await broker.fetch({
    isolationLevel: readCommitted,
    maxWaitTime: 0,
    maxBytes,
    topics: [{ topic, partitions: [{ partition, fetchOffset, maxBytes }] }],
  });
  const data = responses[0]?.partitions[0];
  if (!data) throw new Error('a broker answered a fetch without its partition');
  return new Batch(topic, fetchOffset, data);
}

async function disconnect(connecting: Promise<Cluster>): Promise<void> {
  try {
    await (await connecting).disconnect();
  } catch {
    // It never connected, or it was broken; nothing is left to do with it.
  }
}
