import type { KafkaConnection } from '@bridge/kafka';
import type { Query } from '@bridge/postgres';
import { compareWithLog } from './compare-with-log.ts';
import { readLogs, type PartitionLog } from './partition-log.ts';
import { loadPositions, rewritePosition, type StoredPosition } from './stored-positions.ts';

export type Servers = { readonly query: Query; readonly connection: KafkaConnection };

/** `earliest`, `latest`, or an offset. */
export type Target = 'earliest' | 'latest' | number;

export type ResetRequest = Pick<StoredPosition, 'consumer' | 'topic' | 'partition'> & { readonly to: Target };

/** Describes each stored position in one line: the position, the log's offsets, and whether they fit. */
export async function describePositions({ query, connection }: Servers): Promise<string[]> {
  const positions = await loadPositions(query);
  const logs = await readLogs(connection, positions);
  return positions.map((position) => {
    const log = logs.get(`${position.topic}/${position.partition}`);
    const kept = log === undefined ? '' : ` of ${log.low} to ${log.high}`;
    const { fits, finding } = compareWithLog(position, log);
    return [
      placeOf(position),
      `next ${position.nextOffset}${kept}`,
      fits ? finding : `STOPS: ${finding}`,
    ].join('  ');
  });
}

export type Reset = {
  /** Describes the effect, for the operator to read before the reset. */
  readonly meaning: readonly string[];
  /** @throws Error when the consumer runs, or the position has moved since the plan. */
  readonly apply: () => Promise<void>;
};

/** @throws Error when there is no such position, or the target is not in the log. */
export async function planReset({ query, connection }: Servers, wanted: ResetRequest): Promise<Reset> {
  const { consumer, topic, partition } = wanted;
  const position = (await loadPositions(query)).find(
    (one) => one.consumer === consumer && one.topic === topic && one.partition === partition,
  );
  if (!position) {
    throw new Error(
      `${placeOf(wanted)} has no stored position; a consumer without one begins at the earliest message.`,
    );
  }
  const log = (await readLogs(connection, [position])).get(`${topic}/${partition}`);
  if (!log) throw new Error(`${topic}/${partition} does not exist on this broker.`);
  const offset = offsetOf(wanted.to, log);
  return {
    meaning: meaningOf(position, log, offset),
    async apply() {
      await refuseWhileRunning(connection, consumer);
      const done = await rewritePosition(query, position, { offset, clusterId: log.clusterId });
      if (!done) throw new Error('The position has moved meanwhile. Nothing was changed.');
    },
  };
}

function offsetOf(to: Target, { low, high }: PartitionLog): number {
  if (to === 'earliest') return low;
  if (to === 'latest') return high;
  if (to >= low && to <= high) return to;
  throw new Error(`Offset ${to} is not in the log: it holds ${low} to ${high}.`);
}

function meaningOf(position: StoredPosition, log: PartitionLog, offset: number): string[] {
  const { fits, finding } = compareWithLog(position, log);
  const skipped = fits ? Math.max(0, offset - Math.max(position.nextOffset, log.low)) : offset - log.low;
  const again = fits ? Math.max(0, position.nextOffset - offset) : log.high - offset;
  return [
    `${placeOf(position)}: ${position.nextOffset} → ${offset}; the log holds ${log.low} to ${log.high}`,
    `The stored position ${fits ? finding : `does not fit: ${finding}`}.`,
    ...(again > 0
      ? [`${again} messages will be read${fits ? ' again' : ''}. Decided events are dropped as duplicates.`]
      : []),
    ...(skipped > 0 ? [`${skipped} messages will be skipped. Undecided events among them are lost.`] : []),
  ];
}

/** Refuses a running consumer, which keeps its position in memory and would overwrite the reset. */
async function refuseWhileRunning(connection: KafkaConnection, consumer: string): Promise<void> {
  const admin = await connection.admin();
  const { groups } = await admin.describeGroups([consumer]);
  const members = groups.reduce((sum, group) => sum + group.members.length, 0);
  if (members === 0) return;
  throw new Error(
    `The group ${consumer} has ${members} member(s): stop the service first. One that was killed leaves after 10 seconds.`,
  );
}

function placeOf({
  consumer,
  topic,
  partition,
}: Pick<StoredPosition, 'consumer' | 'topic' | 'partition'>): string {
  return `${consumer} ${topic}/${partition}`;
}
