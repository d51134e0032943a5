import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Log, type Outcome } from '@bridge/core';
import {
  headerText,
  signatureHeader,
  type Codec,
  type IncomingMessage,
  type MessageSigner,
} from '@bridge/kafka';
import { withTrace } from '@bridge/service-runtime';
import { type Feed } from './domain/feed.ts';
import { readFrames, type FrameContent } from './domain/read-frame.ts';
import { type SeenIds } from './domain/seen-ids.ts';
import { type StreamMetrics } from './stream-metrics.ts';

type Deps = {
  /** What each topic shows. */
  readonly kinds: ReadonlyMap<string, FrameContent['kind']>;
  readonly codec: Pick<Codec, 'decode'>;
  readonly signer: Pick<MessageSigner, 'verify'>;
  readonly feed: Pick<Feed, 'advance' | 'publish'>;
  readonly seen: SeenIds;
  readonly metrics: StreamMetrics;
  readonly log: Log;
  readonly retentionDays: number;
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
export function createStreamEvents({ kinds, codec, signer, feed, seen, metrics, log, retentionDays }: Deps) {
  async function read(message: IncomingMessage): Promise<readonly Outcome<FrameContent>[]> {
    const kind = kinds.get(message.topic);
    const decoded = await codec.decode(message.value);
    if (decoded.kind !== 'ok') return [decoded];
    if (kind === undefined || message.value === null) return [{ kind: 'drop', reason: 'unknown_topic' }];
    const { topic, key, value, headers, brokerTime } = message;
    const trusted = signer.verify({ topic, key, value }, headerText(headers, signatureHeader));
    return readFrames(kind, { body: decoded.value, raw: value, brokerTime, trusted, retentionDays });
  }

  /** What was not shown yet; the others are counted. */
  function newFrames(message: IncomingMessage, outcomes: readonly Outcome<FrameContent>[]): FrameContent[] {
    return outcomes.flatMap((outcome) => {
      const reason =
        outcome.kind !== 'ok' ? outcome.reason : seen.add(outcome.value.id) ? undefined : 'repeated';
      if (reason !== undefined) metrics.skipped(message.topic, reason);
      return reason === undefined && outcome.kind === 'ok' ? [outcome.value] : [];
    });
  }

  function publish(message: IncomingMessage, shown: FrameContent): number {
    const bytes = feed.publish(message, shown);
    metrics.published(shown.kind, message.brokerTime);
    withTrace(headerText(message.headers, 'traceparent') ?? '', () => {
      const { topic, partition, offset } = message;
      log.debug('frame published', { kind: shown.kind, topic, partition, offset, ce_id: shown.id });
    });
    return bytes;
  }

  let bytesThisTurn = 0;

  return async function streamEvents(message: IncomingMessage): Promise<void> {
    const frames = newFrames(message, await read(message));
    // Only the id of a message's last frame says that the message lies behind it: whoever breaks off before it reads all again.
    const last = frames.pop();
    for (const shown of frames) bytesThisTurn += publish(message, shown);
    feed.advance(message);
    if (last === undefined) return;
    bytesThisTurn += publish(message, last);
    if (bytesThisTurn < bytesPerTurn) return;
    bytesThisTurn = 0;
    await nextTurn();
  };
}
