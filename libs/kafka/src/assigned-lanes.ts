import type { Consumer } from 'kafkajs';
import type { CodedError } from '@bridge/core';
import { loadLanes, reportGroupOffsets, type PositionStore } from './assignment.ts';
import type { KafkaConnection } from './connect.ts';
import type { ConsumerMetrics } from './consumer-metrics.ts';
import type { Inbox } from './inbox.ts';
import { startOffset, type Lane } from './lanes.ts';

export type Assignment = Readonly<Record<string, readonly number[]>>;

/**
 * The partitions of this process: `stale` until their positions are loaded, `halted` for good once a stored position
 * does not fit the log.
 */
export type AssignedLanes = {
  get(topic: string, partition: number): Lane | undefined;
  /** Those whose positions are known; none while stale. */
  readonly current: () => readonly Lane[];
  assign(assignment: Assignment): void;
  /** Everything that was read so far is void: positions must be loaded anew. */
  invalidate(): void;
  /** Loads the positions of the assigned partitions and seeks there. */
  reload(): Promise<void>;
  /** Stops the consumer for good and logs why; other parts of the service go on. */
  halt(mismatch: CodedError): void;
  isStale(): boolean;
  isHalted(): boolean;
  /** Grows whenever everything read so far is void. */
  epoch(): number;
};

export type AssignedLanesDeps = {
  readonly connection: KafkaConnection;
  readonly groupId: string;
  readonly positions: PositionStore;
  readonly consumer: Pick<Consumer, 'seek'>;
  readonly inbox: Inbox;
  readonly metrics: Pick<ConsumerMetrics, 'lag'>;
  /** Drops every cached state. */
  readonly forget: () => void;
};

export function createAssignedLanes(deps: AssignedLanesDeps): AssignedLanes {
  const { connection, groupId, positions, consumer, inbox, metrics } = deps;
  const { log } = connection;
  let assignment: Assignment | undefined;
  let lanes = new Map<string, Lane>();
  let epoch = 0;
  let status: 'stale' | 'current' = 'stale';
  let halted = false;

  function invalidate(): void {
    epoch += 1;
    status = 'stale';
    inbox.clear();
  }

  async function reload(): Promise<void> {
    const started = epoch;
    if (!assignment) return;
    const loaded = await loadLanes(connection, positions, assignment);
    if (started !== epoch) return;
    lanes = new Map(loaded.map((lane) => [`${lane.topic}/${lane.partition}`, lane]));
    deps.forget();
    inbox.clear();
    for (const lane of loaded) {
      consumer.seek({ topic: lane.topic, partition: lane.partition, offset: String(startOffset(lane)) });
      metrics.lag(lane);
    }
    status = 'current';
    inbox.wake();
    log.info('positions loaded', { group: groupId, partitions: loaded.length });
    await reportGroupOffsets(connection, groupId, loaded).catch((error: unknown) =>
      log.warn('group offsets could not be compared', { group: groupId, error }),
    );
  }

  return {
    get: (topic, partition) => lanes.get(`${topic}/${partition}`),
    current: () => (status === 'stale' ? [] : [...lanes.values()]),
    assign(next) {
      assignment = next;
      invalidate();
    },
    invalidate,
    reload,
    halt(mismatch) {
      halted = true;
      log.error('consumer stopped', { group: groupId, error: mismatch });
    },
    isStale: () => status === 'stale',
    isHalted: () => halted,
    epoch: () => epoch,
  };
}
