import type { CatchUp } from './catch-up.ts';
import type { SentFrame } from './frame-ring.ts';
import {
  createTopicMap,
  encodeVector,
  parseVector,
  positionOf,
  reaches,
  vectorOf,
  type IdFault,
  type OffsetVector,
  type TopicOffsets,
} from './offset-vector.ts';
import type { FrameContent } from './read-frame.ts';
import {
  createReading,
  type FeedLimits,
  type MessagePlace,
  type PartitionRange,
  type PublishedMessage,
  type Reading,
} from './reading.ts';
import type { StreamFilter } from './stream-filter.ts';
import { createSubscribers, type Subscribers } from './subscribers.ts';

/** What was read and who listens: the state of one gateway. */
export type Feed = {
  /** Reading begins, or partitions were added. Another cluster makes all ids given out before worthless. */
  begin(clusterId: string, next: TopicOffsets): void;
  /** A message was read; its items become frames, unless their ids were shown before. */
  publish(place: MessagePlace, items: readonly (FrameContent | undefined)[]): PublishedMessage;
  /** There is nothing for a reader before this offset. */
  skip(place: MessagePlace): void;
  /** The vector of a frame's id, or why it means nothing here. */
  parse(id: string): OffsetVector | IdFault;
  /** Where this gateway stands: the id that says "everything up to now". Undefined before reading begins. */
  position(): { readonly id: string; readonly vector: OffsetVector } | undefined;
  hasReached(vector: OffsetVector): boolean;
  /** What this gateway has still to read until it has reached a vector. */
  missingFor(vector: OffsetVector): PartitionRange[];
  /** The bytes of the frames that a subscriber at this vector missed, which must be reached; undefined if some are forgotten. */
  missedSince(vector: OffsetVector, filter: StreamFilter): Iterable<Buffer> | undefined;
  /** For frames that are read again elsewhere. */
  catchUp(from: OffsetVector): CatchUp;
  /** A frame for a message that is read again; its bytes hold no id that counts. */
  frameAt(place: MessagePlace, item: number, content: FrameContent): SentFrame;
  /** The latest frames of some persons. */
  latest(users: ReadonlySet<string>): readonly SentFrame[];
  readonly subscribers: Subscribers;
};

export function createFeed(topics: readonly string[], limits: FeedLimits): Feed {
  const subscribers = createSubscribers();
  let reading: Reading | undefined;

  function current(): Reading {
    if (!reading) throw new Error('A message came before reading began.');
    return reading;
  }

  return {
    subscribers,
    begin(clusterId, offsets) {
      const map = createTopicMap(clusterId, topics);
      const next = vectorOf(map, offsets);
      if (reading?.map.version === map.version && hasGrown(reading.next, next)) reading.grow(next);
      else reading = createReading(map, next, limits);
    },
    publish: (place, items) => current().publish(place, items, (frame) => subscribers.publish(frame)),
    skip: (place) => current().moveTo(place, positionOf(place.offset)),
    parse(id) {
      const { map, next } = current();
      return parseVector(map, next, id);
    },
    position() {
      if (reading === undefined) return undefined;
      const vector = reading.next.map((positions) => [...positions]);
      return { id: encodeVector(reading.map, vector), vector };
    },
    hasReached: (vector) => reaches(current().next, vector),
    missingFor: (vector) => current().missingFor(vector),
    missedSince: (vector, filter) => current().missedSince(vector, filter),
    catchUp: (from) => current().catchUp(from),
    frameAt: (place, item, content) => current().frameAt(place, item, content),
    latest: (users) => reading?.latest(users) ?? [],
  };
}

/** The same topics with the same partitions, or more. */
function hasGrown(before: OffsetVector, now: OffsetVector): boolean {
  return before.every((positions, topic) => positions.length <= (now[topic]?.length ?? 0));
}
