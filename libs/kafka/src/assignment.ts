import type { KafkaConnection } from './connect.ts';
import { createLane, type Lane, type LogEnds, type StoredPosition } from './lanes.ts';

/** Where positions are kept; `libs/postgres` has the one for PostgreSQL. */
export type PositionStore = {
  load(topic: string, partitions: readonly number[]): Promise<readonly StoredPosition[]>;
  /** Writes the first position of a partition that has none. */
  start(topic: string, partition: number, nextOffset: number, clusterId: string): Promise<void>;
};

/** Opens a lane for each assigned partition; writes the first position of those that have none. */
export async function loadLanes(
  connection: KafkaConnection,
  positions: PositionStore,
  assignment: Readonly<Record<string, readonly number[]>>,
): Promise<Lane[]> {
  const lanes: Lane[] = [];
  const clusterId = await connection.clusterId();
  const admin = await connection.admin();
  for (const [topic, partitions] of Object.entries(assignment)) {
    const ends = await admin.fetchTopicOffsets(topic);
    const stored = await positions.load(topic, partitions);
    for (const partition of partitions) {
      const end = ends.find((one) => one.partition === partition);
      const log = { low: Number(end?.low ?? 0), high: Number(end?.high ?? 0), clusterId };
      const known = stored.find((one) => one.partition === partition);
      const lane = createLane(topic, partition, known, log);
      if (known === undefined) await positions.start(topic, partition, lane.committed, clusterId);
      else warnOfLoss(connection, lane, log);
      lanes.push(lane);
    }
  }
  return lanes;
}

/** Logs messages that retention deleted before they were read, and positions that are about to lose some. */
function warnOfLoss({ log }: KafkaConnection, lane: Lane, ends: LogEnds): void {
  const where = { topic: lane.topic, partition: lane.partition };
  if (lane.enqueued < ends.low) {
    log.error('retention deleted messages that were never read', {
      ...where,
      count: ends.low - lane.enqueued,
    });
  } else if (ends.high - lane.enqueued > (ends.high - ends.low) / 2 && lane.enqueued - ends.low > 1_000) {
    log.warn('the position lies in the older half of what is retained', where);
  }
}

/** Logs messages that are gone although this lane was about to read them. */
export async function reportLoss(connection: KafkaConnection, lane: Lane): Promise<void> {
  const admin = await connection.admin();
  const ends = (await admin.fetchTopicOffsets(lane.topic)).find(
    ({ partition }) => partition === lane.partition,
  );
  if (ends) warnOfLoss(connection, lane, { low: Number(ends.low), high: Number(ends.high) });
}

/** Logs offsets of the group that differ from ours. The next commit corrects them. */
export async function reportGroupOffsets(
  connection: KafkaConnection,
  groupId: string,
  lanes: readonly Lane[],
): Promise<void> {
  const admin = await connection.admin();
  const topics = [...new Set(lanes.map((lane) => lane.topic))];
  const offsets = await admin.fetchOffsets({ groupId, topics });
  for (const lane of lanes) {
    const theirs = offsets
      .find(({ topic }) => topic === lane.topic)
      ?.partitions.find(({ partition }) => partition === lane.partition)?.offset;
    if (theirs !== undefined && theirs !== '-1' && Number(theirs) !== lane.committed) {
      connection.log.warn('Kafka held another offset for this group; ours counts', {
        group: groupId,
        topic: lane.topic,
        partition: lane.partition,
        offset: lane.committed,
      });
    }
  }
}
