import { setTimeout as sleep } from 'node:timers/promises';
import type { Batch, Consumer, EachBatchPayload } from 'kafkajs';
import { CodedError, retryVerdict, type Closeable, type Component } from '@bridge/core';
import { loadLanes, reportGroupOffsets, reportLoss, type PositionStore } from './assignment.ts';
import { createBatchLoop, lockedBatchFactor, type BatchHandler, type BatchLimits } from './batch-loop.ts';
import type { KafkaConnection } from './connect.ts';
import { watchPulse } from './consumer-pulse.ts';
import { consumerMetrics } from './consumer-metrics.ts';
import { createInbox } from './inbox.ts';
import { fromKafka } from './message.ts';
import { admit, laneMoved, startOffset, type Lane } from './lanes.ts';

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
/** Recovery times of the group: a worker that is gone is noticed after the session, a slow one ends a rebalance. */
const group = { sessionTimeout: 10_000, heartbeatInterval: 1_000, rebalanceTimeout: 15_000 };

/**
 * Reads topics in micro-batches and hands them to `handler`, each message exactly once as far as the database is
 * concerned. Group membership only spreads the work: correctness rests on the positions that the handler moves in its own
 * transaction. Nothing that a handler throws reaches kafkajs, which would stop for good on a TypeError.
 */
export function startBatchConsumer<Prepared>(options: BatchConsumerOptions<Prepared>): BatchConsumer {
  const { connection, groupId, positions, onCrash } = options;
  const { log } = connection;
  const limits = { ...defaults, ...options.limits };
  const metrics = consumerMetrics(connection.metrics, groupId);
  const inbox = createInbox({
    maxMessages: limits.maxMessages * lockedBatchFactor,
    maxBytes: limits.maxBytes * lockedBatchFactor,
  });
  const consumer = newConsumer(connection, groupId);
  const pulse = watchPulse(consumer);

  let assignment: Readonly<Record<string, readonly number[]>> | undefined;
  let lanes = new Map<string, Lane>();
  /** Grows whenever what was read so far is void. */
  let epoch = 0;
  let stale = true;
  let stopping = false;
  const isStopping = () => stopping;
  let mismatch: CodedError | undefined;

  const laneOf = (topic: string, partition: number) => lanes.get(`${topic}/${partition}`);
  const invalidate = () => {
    epoch += 1;
    stale = true;
    inbox.clear();
  };

  const loop = createBatchLoop({
    handler: options.handler,
    inbox,
    limits,
    committed: {
      get: ({ topic, partition }) => laneOf(topic, partition)?.committed ?? -1,
      set: (move) => {
        const lane = laneOf(move.topic, move.partition);
        if (!lane) return;
        laneMoved(lane, move);
        metrics.lag(lane);
      },
    },
    backOff: async (attempt) => {
      const until =
        Date.now() + Math.min(5_000, 100 * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random() / 2);
      while (!stopping && !stale && Date.now() < until) await sleep(50);
    },
    observe: metrics.batch,
    onFailure: metrics.failure,
    log,
  });

  /** Loads positions for what is assigned and seeks there. */
  async function reload(): Promise<void> {
    const current = epoch;
    if (!assignment) return;
    const loaded = await loadLanes(connection, positions, assignment);
    if (current !== epoch) return;
    lanes = new Map(loaded.map((lane) => [`${lane.topic}/${lane.partition}`, lane]));
    options.handler.forget();
    inbox.clear();
    for (const lane of loaded) {
      consumer.seek({ topic: lane.topic, partition: lane.partition, offset: String(startOffset(lane)) });
      metrics.lag(lane);
    }
    stale = false;
    inbox.wake();
    log.info('positions loaded', { group: groupId, partitions: loaded.length });
    await reportGroupOffsets(connection, groupId, loaded).catch((error: unknown) =>
      log.warn('group offsets could not be compared', { group: groupId, error }),
    );
  }

  let lastBegan = 0;
  async function gather(): Promise<void> {
    if (inbox.isEmpty()) return;
    const left = lastBegan + pace.apartMs - performance.now();
    if (left > 0 && inbox.count() < pace.company) await sleep(left);
    lastBegan = performance.now();
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!isStopping()) {
      try {
        if (stale) {
          await loop.drain();
          await reload();
        }
        failures = 0;
        await gather();
        const result = stale ? 'idle' : await loop.step();
        if (result === 'rewind') invalidate();
        if (result === 'idle') await Promise.race([inbox.changed(), sleep(500, undefined, { ref: false })]);
      } catch (error) {
        if (error instanceof CodedError && error.code === 'position_mismatch') {
          halt(error);
          return;
        }
        if (retryVerdict(error) !== 'transient') throw error;
        failures += 1;
        log.warn('positions could not be loaded', { group: groupId, attempt: failures, error });
        await sleep(Math.min(3_000, 200 * 2 ** Math.min(failures, 6)));
      }
    }
  }

  /** The consumer stands still and says why until somebody decides; other parts of the service go on. */
  function halt(error: CodedError): void {
    mismatch = error;
    log.error('consumer stopped', { group: groupId, error });
  }

  async function onBatch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const born = epoch;
    const beat = async () => {
      await payload.heartbeat();
      pulse.beat();
    };
    const waitFor = async (condition: () => boolean) => {
      while (!condition() && !stopping && epoch === born) {
        await Promise.race([inbox.changed(), sleep(group.heartbeatInterval)]);
        await beat();
      }
    };
    if (stale) return waitFor(() => !stale);
    // A seek is pending: what was fetched before it must not count.
    const lane = laneOf(batch.topic, batch.partition);
    if (payload.isStale() || !lane || mismatch) return;
    // The broker no longer had the offset and kafkajs began anew at the earliest: look at the log again.
    if (fetchedOffset(batch) < startOffset(lane)) {
      invalidate();
      return;
    }
    if (fetchedOffset(batch) > lane.enqueued) {
      // Markers are passed over this way, and so are messages that retention deleted before they were read.
      await reportLoss(connection, lane);
      lane.enqueued = fetchedOffset(batch);
    }
    lane.highWatermark = Number(batch.highWatermark);
    const read = batch.messages.map((message) => fromKafka(batch.topic, batch.partition, message));
    const fresh = admit(lane, read);
    if (fresh instanceof CodedError) {
      halt(fresh);
      return;
    }
    for (let at = 0; at < fresh.length; at += 500) {
      await waitFor(() => inbox.hasRoom());
      if (epoch !== born || stopping) return;
      const slice = fresh.slice(at, at + 500);
      inbox.push(slice);
      lane.enqueued = (slice.at(-1)?.offset ?? lane.enqueued) + 1;
    }
    payload.resolveOffset(batch.lastOffset());
  }

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    assignment = payload.memberAssignment;
    log.info('joined the group', { group: groupId, member: payload.memberId });
    invalidate();
    loop.interrupt();
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    // kafkajs restarts a consumer by itself after a fault that it calls retriable.
    if (!payload.restart && !stopping) onCrash('the Kafka consumer crashed', payload.error);
  });

  const stopCommitting = commitPeriodically(consumer, () => (stale ? [] : [...lanes.values()]), connection);
  const running = run().catch((error: unknown) => onCrash('the batch loop failed', error));
  const joining = join(consumer, options.topics, onBatch, isStopping, connection);

  return {
    component: {
      name: 'consumer',
      needed: true,
      check: () => (!mismatch && !stale && !loop.retrying() && pulse.isAlive() ? 'healthy' : 'unhealthy'),
    },
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

/** kafkajs tells a batch's fetch offset, its types do not. */
function fetchedOffset(batch: Batch): number {
  return Number((batch as Batch & { readonly fetchedOffset: string }).fetchedOffset);
}

function newConsumer({ groups }: KafkaConnection, groupId: string): Consumer {
  return groups.consumer({
    groupId,
    ...group,
    // A stop and a rebalance wait for the fetch under way; a fetch answers at once when there is something.
    maxWaitTimeInMs: 250,
    maxBytesPerPartition: 512 * 1024,
    // Losing the broker for hours is no crash; it heals by itself.
    retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 1_000_000 },
  });
}

/** Joining goes on in the background, so that a service starts while Kafka is down. */
async function join(
  consumer: Consumer,
  topics: readonly string[],
  eachBatch: (payload: EachBatchPayload) => Promise<void>,
  stopping: () => boolean,
  { log }: KafkaConnection,
): Promise<void> {
  while (!stopping()) {
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

/** Kafka's own offsets only show others where we stand; a failure is repaired by the next commit. */
function commitPeriodically(consumer: Consumer, lanes: () => Lane[], { log }: KafkaConnection) {
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
