import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError, retryVerdict, type Closeable, type Component, type Log } from '@bridge/core';
import type { PositionStore } from './assignment.ts';
import { createAssignedLanes, type AssignedLanes } from './assigned-lanes.ts';
import type { BatchHandler } from './batch-handler.ts';
import { createBatchLoop, lockedBatchFactor, type BatchLimits, type BatchLoop } from './batch-loop.ts';
import type { KafkaConnection } from './connect.ts';
import { commitPeriodically, createGroupConsumer, joinGroup } from './consumer-group.ts';
import { consumerMetrics } from './consumer-metrics.ts';
import { watchPulse } from './consumer-pulse.ts';
import { createFetchedBatches } from './fetched-batches.ts';
import { createInbox, type Inbox } from './inbox.ts';
import { laneMoved } from './lanes.ts';

export type BatchConsumerOptions<Prepared> = {
  readonly connection: KafkaConnection;
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly positions: PositionStore;
  readonly handler: BatchHandler<Prepared>;
  readonly limits?: Partial<BatchLimits>;
  /** Called once when the consumer cannot go on; the process must exit, its supervisor starts it again. */
  readonly onCrash: (reason: string, error: unknown) => void;
};

export type BatchConsumer = Closeable & {
  /** Healthy while joined, positions loaded, nothing failing. */
  readonly component: Component;
};

const defaults = { maxMessages: 1_000, maxBytes: 4 * 1024 * 1024 };
/**
 * A batch of a few messages costs nearly as much as one of a hundred. So batches begin this long apart, unless so many messages
 * wait; the first one after a pause begins at once.
 */
const pace = { apartMs: 20, company: 100 };

/**
 * Reads topics in micro-batches and hands them to `handler`, each message exactly once as far as the database is
 * concerned. Group membership only spreads the work: correctness rests on the positions that the handler moves in its own
 * transaction. Nothing that a handler throws reaches kafkajs, which would stop for good on a TypeError.
 */
export function startBatchConsumer<Prepared>(options: BatchConsumerOptions<Prepared>): BatchConsumer {
  const { connection, groupId, handler, onCrash } = options;
  const { log } = connection;
  const limits = { ...defaults, ...options.limits };
  const metrics = consumerMetrics(connection.metrics, groupId);
  const inbox = createInbox({
    maxMessages: limits.maxMessages * lockedBatchFactor,
    maxBytes: limits.maxBytes * lockedBatchFactor,
  });
  const consumer = createGroupConsumer(connection, groupId);
  const pulse = watchPulse(consumer);
  let stopping = false;
  const isStopping = () => stopping;

  const forget = () => handler.forget();
  const lanes = createAssignedLanes({ ...options, consumer, inbox, metrics, forget });
  const loop = createBatchLoop({
    handler,
    inbox,
    limits,
    committed: {
      get: ({ topic, partition }) => lanes.get(topic, partition)?.committed ?? -1,
      set: (move) => {
        const lane = lanes.get(move.topic, move.partition);
        if (!lane) return;
        laneMoved(lane, move);
        metrics.lag(lane);
      },
    },
    backOff: (attempt) => backOff(attempt, () => stopping || lanes.isStale()),
    observe: metrics.batch,
    onFailure: metrics.failure,
    log,
  });

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    log.info('joined the group', { group: groupId, member: payload.memberId });
    lanes.assign(payload.memberAssignment);
    loop.interrupt();
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    // kafkajs restarts a consumer by itself after a fault that it calls retriable.
    if (!payload.restart && !stopping) onCrash('the Kafka consumer crashed', payload.error);
  });

  const stopCommitting = commitPeriodically(consumer, lanes.current, connection);
  const running = runLoop({ lanes, loop, inbox, isStopping, groupId, log }).catch((error: unknown) =>
    onCrash('the batch loop failed', error),
  );
  const eachBatch = createFetchedBatches({ connection, lanes, inbox, pulse, isStopping });
  const joining = joinGroup(consumer, { topics: options.topics, eachBatch, isStopping }, connection);

  const isHealthy = () => !lanes.isHalted() && !lanes.isStale() && !loop.retrying() && pulse.isAlive();
  return {
    component: { name: 'consumer', needed: true, check: () => (isHealthy() ? 'healthy' : 'unhealthy') },
    close: async () => {
      if (stopping) return;
      stopping = true;
      loop.interrupt();
      inbox.wake();
      await joining;
      await running;
      await loop.drain();
      await stopCommitting();
      await consumer.disconnect();
    },
  };
}

/** Sleeps longer for each attempt, up to five seconds, with jitter; ends early once `isOver`. */
async function backOff(attempt: number, isOver: () => boolean): Promise<void> {
  const longest = Math.min(5_000, 100 * 2 ** Math.min(attempt, 10));
  const until = Date.now() + longest * (0.5 + Math.random() / 2);
  while (!isOver() && Date.now() < until) await sleep(50);
}

type LoopRun = {
  readonly lanes: AssignedLanes;
  readonly loop: BatchLoop;
  readonly inbox: Inbox;
  readonly isStopping: () => boolean;
  readonly groupId: string;
  readonly log: Log;
};

/** Batch after batch, until the service stops or a position does not fit the log. */
async function runLoop({ lanes, loop, inbox, isStopping, groupId, log }: LoopRun): Promise<void> {
  const gather = createPace(inbox);
  let failures = 0;
  while (!isStopping()) {
    try {
      if (lanes.isStale()) {
        await loop.drain();
        await lanes.reload();
      }
      failures = 0;
      await gather();
      const result = lanes.isStale() ? 'idle' : await loop.step();
      if (result === 'rewind') lanes.invalidate();
      if (result === 'idle') await Promise.race([inbox.changed(), sleep(500, undefined, { ref: false })]);
    } catch (error) {
      if (error instanceof CodedError && error.code === 'position_mismatch') {
        lanes.halt(error);
        return;
      }
      if (retryVerdict(error) !== 'transient') throw error;
      failures += 1;
      log.warn('positions could not be loaded', { group: groupId, attempt: failures, error });
      await sleep(Math.min(3_000, 200 * 2 ** Math.min(failures, 6)));
    }
  }
}

/** Waits until the next batch may begin. */
function createPace(inbox: Inbox): () => Promise<void> {
  let lastBegan = 0;
  return async () => {
    if (inbox.isEmpty()) return;
    const left = lastBegan + pace.apartMs - performance.now();
    if (left > 0 && inbox.count() < pace.company) await sleep(left);
    lastBegan = performance.now();
  };
}
