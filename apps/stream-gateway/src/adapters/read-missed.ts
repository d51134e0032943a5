import { retryVerdict, type Log } from '@bridge/core';
import type { IncomingMessage, LogReader } from '@bridge/kafka';
import type { CatchUp } from '../domain/catch-up.ts';
import type { Feed } from '../domain/feed.ts';
import { offsetOf, positionOf, type OffsetVector } from '../domain/offset-vector.ts';
import { accepts, type StreamFilter } from '../domain/stream-filter.ts';
import type { ReadItems } from './read-items.ts';

/** A subscriber that takes its history as fast as it reads. */
export type HistoryReader = {
  readonly filter: StreamFilter;
  readonly isOpen: boolean;
  write(bytes: Buffer): void;
  writable(): Promise<void>;
};

/**
 * - `too_old`: longer ago than is read again, or no longer on the topics.
 * - `too_much`: more messages or bytes than one subscriber may have read again.
 * - `busy`: too many subscribers are being served so already.
 * - `unavailable`: Kafka does not answer.
 */
export type ReplayRefusal = 'too_old' | 'too_much' | 'busy' | 'unavailable';

export type ReadMissed = (
  reader: HistoryReader,
  from: OffsetVector,
) => Promise<{ ok: true; vector: OffsetVector } | { ok: false; reason: ReplayRefusal }>;

export type ReplayLimits = {
  /** Messages older than this are not read again. */
  readonly ageMs: number;
  /** Messages of all partitions together. */
  readonly messages: number;
  /** Bytes of frames for one subscriber. */
  readonly bytes: number;
  /** Subscribers served at a time. */
  readonly atOnce: number;
};

type Deps = {
  readonly reader: Pick<LogReader, 'ends' | 'fetch'>;
  readonly feed: Pick<Feed, 'catchUp' | 'frameAt' | 'position'>;
  readonly topics: readonly string[];
  readonly readItems: ReadItems;
  readonly limits: ReplayLimits;
  readonly now: () => number;
  readonly log: Log;
};

/** Messages before the subscriber's place that are looked at for copies of later ones, per partition. */
const lookBack = 500;

/**
 * Reads frames again from Kafka, from a subscriber's own offsets up to where this gateway stands now, in the order of time. A
 * copy of what the subscriber has is left out, as far as it lies within the latest ids or shortly before.
 */
export function createReadMissed(deps: Deps): ReadMissed {
  const { reader, feed, topics, limits, now, log } = deps;
  let serving = 0;

  /** What was missed of each partition and what lies shortly before it, or why it is not read again. */
  async function plan(from: OffsetVector, to: OffsetVector): Promise<Plan | ReplayRefusal> {
    const [missed, before]: [Stretch[], Stretch[]] = [[], []];
    let messages = 0;
    for (const [index, topic] of topics.entries()) {
      const ends = await reader.ends(topic);
      for (const [partition, position] of (from[index] ?? []).entries()) {
        const [first, end] = [offsetOf(position), offsetOf(to[index]?.[partition] ?? 0)];
        const low = ends.find((one) => one.partition === partition)?.low ?? 0;
        before.push({ topic, partition, next: Math.max(low, first - lookBack), end: first });
        if (first >= end) continue;
        if (first < low) return 'too_old';
        messages += end - first;
        missed.push({ topic, partition, next: first, end });
      }
    }
    return messages > limits.messages ? 'too_much' : { missed, before };
  }

  /** Also what is not for this subscriber moves its id on: copies of it need not be looked for again. */
  function passBehind({ topic, partition, offset }: IncomingMessage, catchUp: CatchUp): void {
    catchUp.pass({ topic: topics.indexOf(topic), partition, position: positionOf(offset + 1) });
  }

  async function serve(subscriber: HistoryReader, from: OffsetVector): ReturnType<ReadMissed> {
    const to = feed.position()?.vector ?? from;
    const planned = await plan(from, to);
    if (typeof planned === 'string') return { ok: false, reason: planned };
    const catchUp = feed.catchUp(from);
    const history = createHistory(deps, subscriber, catchUp);
    const oldest = now() - limits.ageMs;
    // All of it first: a copy may lie on another partition, and later in time.
    for await (const message of inOrderOfTime(reader, planned.before)) await history.cover(message);
    for await (const message of inOrderOfTime(reader, planned.missed)) {
      if (!subscriber.isOpen) break;
      if (message.brokerTime < oldest) return { ok: false, reason: 'too_old' };
      await history.give(message);
      passBehind(message, catchUp);
      if (history.bytes() > limits.bytes) return { ok: false, reason: 'too_much' };
    }
    return { ok: true, vector: to };
  }

  return async function readMissed(subscriber, from) {
    if (serving >= limits.atOnce) return { ok: false, reason: 'busy' };
    serving += 1;
    try {
      return await serve(subscriber, from);
    } catch (error) {
      if (retryVerdict(error) === 'permanent') throw error;
      log.warn('missed frames can not be read', { error });
      return { ok: false, reason: 'unavailable' };
    } finally {
      serving -= 1;
    }
  };
}

type Plan = { readonly missed: readonly Stretch[]; readonly before: readonly Stretch[] };

type Stretch = {
  readonly topic: string;
  readonly partition: number;
  /** The next offset to fetch. */
  next: number;
  readonly end: number;
};

function createHistory({ readItems, feed }: Deps, subscriber: HistoryReader, catchUp: CatchUp) {
  let bytes = 0;
  return {
    bytes: () => bytes,
    /** A message that the subscriber has: no later copy of it is new. */
    async cover(message: IncomingMessage): Promise<void> {
      for (const outcome of await readItems(message)) {
        if (outcome.kind === 'ok') catchUp.cover(outcome.value.id);
      }
    },
    async give(message: IncomingMessage): Promise<void> {
      for (const [item, outcome] of (await readItems(message)).entries()) {
        if (outcome.kind !== 'ok') continue;
        const frame = feed.frameAt(message, item, outcome.value);
        // A frame that the subscriber does not want counts as given all the same, so that no copy of it does either.
        if (!catchUp.needs(frame) || !accepts(subscriber.filter, frame)) continue;
        const given = catchUp.give(frame);
        bytes += given.length;
        subscriber.write(given);
        await subscriber.writable();
      }
    },
  };
}

/** The messages of all stretches, the oldest first; of one partition in the order of their offsets. */
async function* inOrderOfTime(
  reader: Pick<LogReader, 'fetch'>,
  stretches: readonly Stretch[],
): AsyncGenerator<IncomingMessage> {
  const waiting = new Map<Stretch, IncomingMessage[]>();
  for (;;) {
    for (const stretch of stretches) {
      if ((waiting.get(stretch)?.length ?? 0) === 0) waiting.set(stretch, await fetchNext(reader, stretch));
    }
    let oldest: IncomingMessage[] | undefined;
    for (const messages of waiting.values()) {
      const [first] = messages;
      if (first && (!oldest?.[0] || first.brokerTime < oldest[0].brokerTime)) oldest = messages;
    }
    const next = oldest?.shift();
    if (next === undefined) return;
    yield next;
  }
}

async function fetchNext(reader: Pick<LogReader, 'fetch'>, stretch: Stretch): Promise<IncomingMessage[]> {
  const { topic, partition, end } = stretch;
  while (stretch.next < end) {
    const { messages, next } = await reader.fetch(topic, partition, stretch.next);
    // Nothing at all: what follows belongs to a transaction that is still open, so no gateway has read it.
    stretch.next = next > stretch.next ? next : end;
    const wanted = messages.filter(({ offset }) => offset < end);
    if (wanted.length > 0) return wanted;
  }
  return [];
}
