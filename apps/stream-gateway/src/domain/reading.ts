import { createCatchUp, type CatchUp } from './catch-up.ts';
import { createCopies } from './copies.ts';
import { createFrameRing, type RingLimits, type SentFrame } from './frame-ring.ts';
import {
  encodeVector,
  offsetOf,
  positionOf,
  reaches,
  type OffsetVector,
  type Place,
  type TopicMap,
} from './offset-vector.ts';
import type { FrameContent } from './read-frame.ts';
import { encodeFrame, idLine } from './sse-frame.ts';
import { factsOf, type StreamFilter } from './stream-filter.ts';

export type MessagePlace = { readonly topic: string; readonly partition: number; readonly offset: number };

/** A stretch of a partition, from one offset to the one behind its last message. */
export type PartitionRange = {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
};

/** What became of a message. */
export type PublishedMessage = {
  readonly bytes: number;
  readonly shown: readonly FrameContent[];
  /** Items whose id was shown before. */
  readonly repeated: number;
};

export type FeedLimits = RingLimits & {
  /** Ids that are remembered, so that a message that repeats is shown once. */
  readonly ids: number;
};

/** What one gateway has read since it knows the partitions. */
export type Reading = {
  readonly map: TopicMap;
  /** Where the gateway stands. */
  readonly next: OffsetVector;
  /** Takes partitions that were added. */
  grow(next: OffsetVector): void;
  publish(
    place: MessagePlace,
    items: readonly (FrameContent | undefined)[],
    send: (frame: SentFrame) => void,
  ): PublishedMessage;
  moveTo(place: MessagePlace, position: number): void;
  missingFor(vector: OffsetVector): PartitionRange[];
  missedSince(vector: OffsetVector, filter: StreamFilter): Iterable<Buffer> | undefined;
  catchUp(from: OffsetVector): CatchUp;
  frameAt(place: MessagePlace, item: number, content: FrameContent): SentFrame;
  latest(users: ReadonlySet<string>): readonly SentFrame[];
};

export function createReading(map: TopicMap, start: OffsetVector, limits: FeedLimits): Reading {
  const next = start.map((positions) => [...positions]);
  const ring = createFrameRing(start, limits);
  const copies = createCopies(limits.ids);
  const indexOf = indexIn(map);

  function moveTo({ topic, partition }: MessagePlace, position: number): void {
    const positions = next[indexOf(topic)];
    if (positions && position > (positions[partition] ?? 0)) positions[partition] = position;
  }

  function frameOf(place: Place, behind: number, content: FrameContent): SentFrame {
    const line = idLine(encodeVector(map, next));
    const body = encodeFrame({ kind: content.kind, data: JSON.stringify(content.body) });
    return {
      ...factsOf(content),
      id: content.id,
      bytes: Buffer.concat([line, body]),
      bodyStart: line.length,
      place,
      next: behind,
    };
  }

  return {
    map,
    next,
    moveTo,
    grow(now) {
      now.forEach((positions, topic) =>
        positions.forEach((position, partition) => ((next[topic] ??= [])[partition] ??= position)),
      );
      ring.grow(now);
    },
    publish(place, items, send) {
      const { topic, partition, offset } = place;
      const read = next[indexOf(topic)]?.[partition] ?? 0;
      const shown: FrameContent[] = [];
      let [bytes, repeated] = [0, 0];
      for (const [item, content] of items.entries()) {
        const position = positionOf(offset, item);
        // The consumer may hand out again what it read before a rebalance.
        if (content === undefined || position < read) continue;
        const behind = item + 1 < items.length ? positionOf(offset, item + 1) : positionOf(offset + 1);
        const itemPlace = { topic: indexOf(topic), partition, position };
        if (!copies.add(content.id, itemPlace)) {
          repeated += 1;
          continue;
        }
        moveTo(place, behind);
        const frame = frameOf(itemPlace, behind, content);
        ring.push(frame);
        send(frame);
        shown.push(content);
        bytes += frame.bytes.length;
      }
      moveTo(place, positionOf(offset + 1));
      return { bytes, shown, repeated };
    },
    missingFor: (vector) =>
      map.topics.flatMap((topic, index) =>
        (vector[index] ?? []).flatMap((position, partition) => {
          const here = next[index]?.[partition] ?? 0;
          const range = { topic, partition, from: offsetOf(here), to: Math.ceil(position / positionOf(1)) };
          return here >= position ? [] : [range];
        }),
      ),
    missedSince(vector, filter) {
      if (!ring.covers(vector) || !reaches(next, vector)) return undefined;
      const catchUp = createCatchUp(map, vector, copies);
      // Chosen now, while the copies are remembered; encoded when the subscriber takes them.
      const missed = ring.since(vector, filter).filter((frame) => catchUp.needs(frame));
      return mapped(missed, (frame) => catchUp.give(frame));
    },
    catchUp: (from) => createCatchUp(map, from, copies),
    frameAt(place, item, content) {
      const position = positionOf(place.offset, item);
      const { topic, partition } = place;
      return frameOf({ topic: indexOf(topic), partition, position }, position + 1, content);
    },
    latest: (users) => ring.since([], { users }),
  };
}

function indexIn({ topics }: TopicMap): (topic: string) => number {
  const indexes = new Map(topics.map((topic, index) => [topic, index]));
  return function indexOf(topic) {
    const index = indexes.get(topic);
    if (index === undefined) throw new Error('A message came from a topic that is not read.');
    return index;
  };
}

function* mapped<From, To>(from: readonly From[], to: (one: From) => To): Iterable<To> {
  for (const one of from) yield to(one);
}
