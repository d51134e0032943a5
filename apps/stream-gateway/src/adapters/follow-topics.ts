import { setTimeout as sleep } from 'node:timers/promises';
import { retryVerdict, type Closeable, type Component, type Log } from '@bridge/core';
import { tailTopics, type IncomingMessage, type KafkaConnection, type Tail } from '@bridge/kafka';
import { backoff } from '@bridge/resilience';
import { type Feed } from '../domain/feed.ts';

export type FollowOptions = {
  readonly kafka: KafkaConnection;
  readonly topics: readonly string[];
  readonly feed: Pick<Feed, 'begin'>;
  readonly onMessage: (message: IncomingMessage) => Promise<void>;
  /** Messages of each partition to read again at the start. */
  readonly startBack: number;
  readonly crash: (reason: string, error: unknown) => void;
  readonly log: Log;
};

export type Following = Closeable & {
  /** Unhealthy until the first partitions are read, and while the broker is away. */
  readonly component: Component;
};

const delays = { initialMs: 250, maxMs: 5_000 };

/** Reads the live topics from near their end. Begins as soon as Kafka answers; until then the service is not ready. */
export function followTopics({
  kafka,
  topics,
  feed,
  onMessage,
  startBack,
  crash,
  log,
}: FollowOptions): Following {
  const stop = new AbortController();
  let tail: Tail | undefined;

  async function open(): Promise<Tail> {
    const clusterId = await kafka.clusterId();
    return tailTopics({
      kafka,
      topics,
      from: { backMessages: startBack },
      onMessage,
      onAssigned: (next) => feed.begin(clusterId, next),
      onCrash: (error) => crash('kafka consumer stopped', error),
      groupPrefix: 'stream-gateway',
      log,
    });
  }

  async function follow(): Promise<void> {
    for (let attempt = 1; !stop.signal.aborted; attempt += 1) {
      try {
        tail = await open();
        return;
      } catch (error) {
        if (retryVerdict(error) !== 'transient') throw error;
        log.warn('live topics can not be read yet', { error, attempt });
        await sleep(backoff(attempt, delays, Math.random), undefined, { signal: stop.signal }).catch(
          () => {},
        );
      }
    }
  }

  const following = follow().catch((error: unknown) => crash('live topics can not be read', error));

  return {
    component: {
      name: 'stream',
      needed: true,
      check: () => tail?.component.check() ?? 'unhealthy',
    },
    async close() {
      stop.abort();
      await following;
      await tail?.close();
    },
  };
}
