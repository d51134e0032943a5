import { setTimeout as sleep } from 'node:timers/promises';
import { tailTopics, type KafkaConnection } from '@bridge/kafka';
import type { StoredPosition } from './stored-positions.ts';

/** Kafka's current log of the partition of a position. */
export type PartitionLog = {
  readonly clusterId: string;
  /** The oldest offset in the log, and that of the next message. */
  readonly low: number;
  readonly high: number;
  /** When the message at the position's `lastOffset` was appended, in milliseconds since 1970, if the log still holds it. */
  readonly lastTime: number | undefined;
};

type Place = Pick<StoredPosition, 'topic' | 'partition'>;
const nameOf = ({ topic, partition }: Place) => `${topic}/${partition}`;

const readTimeoutMs = 10_000;

/** Reads the logs of these positions, by `<topic>/<partition>`, without topics or partitions that do not exist. */
export async function readLogs(
  connection: KafkaConnection,
  positions: readonly StoredPosition[],
): Promise<Map<string, PartitionLog>> {
  const admin = await connection.admin();
  const clusterId = await connection.clusterId();
  const existing = new Set(await admin.listTopics());
  const logs = new Map<string, Omit<PartitionLog, 'lastTime'>>();
  for (const topic of new Set(positions.map((position) => position.topic))) {
    if (!existing.has(topic)) continue;
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      logs.set(nameOf({ topic, partition }), { clusterId, low: Number(low), high: Number(high) });
    }
  }
  const kept = positions.filter(({ lastOffset, ...place }) => {
    const log = logs.get(nameOf(place));
    return log !== undefined && lastOffset !== null && lastOffset >= log.low && lastOffset < log.high;
  });
  const times = await readTimes(connection, kept);
  return new Map([...logs].map(([name, log]) => [name, { ...log, lastTime: times.get(name) }]));
}

/** Reads when the last message of each position was appended. In another log the time differs. */
async function readTimes(
  connection: KafkaConnection,
  positions: readonly StoredPosition[],
): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  if (positions.length === 0) return times;
  const wanted = new Map(positions.map((position) => [nameOf(position), position.lastOffset]));
  const offsets: Record<string, Record<number, number>> = {};
  for (const { topic, partition, lastOffset } of positions) {
    (offsets[topic] ??= {})[partition] = lastOffset ?? 0;
  }
  const all = Promise.withResolvers<undefined>();
  const tail = await tailTopics({
    kafka: connection,
    topics: Object.keys(offsets),
    from: { offsets },
    log: connection.log,
    groupPrefix: 'reset-position',
    onCrash: all.reject,
    onMessage: (message) => {
      if (wanted.get(nameOf(message)) === message.offset) times.set(nameOf(message), message.brokerTime);
      if (times.size === wanted.size) all.resolve(undefined);
    },
  });
  try {
    // If a message is missing, for example after compaction, its position stays unchecked.
    await Promise.race([all.promise, sleep(readTimeoutMs, undefined, { ref: false })]);
    return times;
  } finally {
    await tail.close();
  }
}
