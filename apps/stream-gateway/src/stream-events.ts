import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Log } from '@bridge/core';
import { headerText, type IncomingMessage } from '@bridge/kafka';
import { withTrace } from '@bridge/service-runtime';
import type { ReadItems } from './adapters/read-items.ts';
import { type Feed } from './domain/feed.ts';
import { type StreamMetrics } from './stream-metrics.ts';

type Deps = {
  readonly readItems: ReadItems;
  readonly feed: Pick<Feed, 'publish'>;
  readonly metrics: StreamMetrics;
  readonly log: Log;
};

/**
 * Bytes published within one turn of the event loop. Sockets are flushed only between turns, so a long batch without one
 * would make every subscriber look slow.
 */
const bytesPerTurn = 64 * 1_024;

/**
 * In: events, transitions, alert changes and insights, from all partitions, in offset order of each.
 * Out: one frame per event, change or insight, encoded once, to the subscribers it concerns.
 * Holds: nothing is dead-lettered here, since cognition and alerts do that; what can't be shown is counted and skipped.
 */
export function createStreamEvents({ readItems, feed, metrics, log }: Deps) {
  let bytesThisTurn = 0;

  return async function streamEvents(message: IncomingMessage): Promise<void> {
    const { topic, partition, offset, brokerTime } = message;
    const items = (await readItems(message)).map((outcome) => {
      if (outcome.kind === 'ok') return outcome.value;
      metrics.skipped(topic, outcome.reason);
      return undefined;
    });
    const { shown, repeated, bytes } = feed.publish({ topic, partition, offset }, items);
    for (let count = 0; count < repeated; count += 1) metrics.skipped(topic, 'repeated');
    if (shown.length === 0) return;
    withTrace(headerText(message.headers, 'traceparent') ?? '', () => {
      for (const { kind, id } of shown) {
        metrics.published(kind, brokerTime);
        log.debug('frame published', { kind, topic, partition, offset, ce_id: id });
      }
    });
    bytesThisTurn += bytes;
    if (bytesThisTurn < bytesPerTurn) return;
    bytesThisTurn = 0;
    await nextTurn();
  };
}
