import { setTimeout as sleep } from 'node:timers/promises';
import { retryVerdict, type Closeable, type Component, type Log } from '@bridge/core';
import { tailTopics, type IncomingMessage, type KafkaConnection, type Tail } from '@bridge/kafka';
import { backoff } from '@bridge/resilience';
import { type Feed } from '../domain/feed.ts';
import type { TopicEnds } from './topic-ends.ts';

export type WarmUp = {
  /** What was appended within this time is read again at the start, so that subscribers of the gateway before can resume. */
  readonly ms: number;
  /** Messages of each partition, at most. */
  readonly messages: number;
};

export type FollowOptions = {
  readonly kafka: KafkaConnection;
  readonly topics: readonly string[];
  readonly feed: Pick<Feed, 'begin' | 'hasReached' | 'missingFor'>;
  readonly ends: Pick<TopicEnds, 'vector' | 'skipEmpty'>;
  readonly onMessage: (message: IncomingMessage) => Promise<void>;
  readonly warmUp: WarmUp;
  readonly crash: (reason: string, error: unknown) => void;
  readonly log: Log;
};

export type Following = Closeable & {
  /** Whether everything was read that was there at the start. */
  readonly isWarm: () => boolean;
  /** Unhealthy until that, and while the broker is away. */
  readonly component: Component;
};

const delays = { initialMs: 250, maxMs: 5_000 };
const warmEveryMs = 20;
/** What is not read within this time may hold nothing for a reader. */
const skipAfterMs = 1_000;

/** Reads the live topics from near their end. Begins as soon as Kafka answers; until then the service is not ready. */
export function followTopics(options: FollowOptions): Following {
  const { kafka, topics, feed, ends, onMessage, warmUp, crash, log } = options;
  const stop = new AbortController();
  const { signal } = stop;
  let tail: Tail | undefined;
  let warm = false;

  async function open(): Promise<Tail> {
    const clusterId = await kafka.clusterId();
    return tailTopics({
      kafka,
      topics,
      from: { sinceMs: Date.now() - warmUp.ms, atMostMessages: warmUp.messages },
      onMessage,
      onAssigned: (next) => feed.begin(clusterId, next),
      onCrash: (error) => crash('kafka consumer stopped', error),
      groupPrefix: 'stream-gateway',
      log,
    });
  }

  async function readUpToEnds(): Promise<void> {
    const vector = await ends.vector();
    let began = performance.now();
    while (!signal.aborted && !feed.hasReached(vector)) {
      await sleep(warmEveryMs);
      if (performance.now() - began < skipAfterMs) continue;
      await ends.skipEmpty(feed.missingFor(vector));
      began = performance.now();
    }
    warm = true;
  }

  async function follow(): Promise<void> {
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        tail ??= await open();
        await readUpToEnds();
        return;
      } catch (error) {
        if (retryVerdict(error) !== 'transient') throw error;
        log.warn('live topics can not be read yet', { error, attempt });
        await sleep(backoff(attempt, delays, Math.random), undefined, { signal }).catch(() => {});
      }
    }
  }

  const following = follow().catch((error: unknown) => crash('live topics can not be read', error));

  return {
    isWarm: () => warm,
    component: {
      name: 'stream',
      needed: true,
      check: () => (warm && tail ? tail.component.check() : 'unhealthy'),
    },
    async close() {
      stop.abort();
      await following;
      await tail?.close();
    },
  };
}
