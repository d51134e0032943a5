import { createFrameRing, type FrameRing, type RingLimits, type SentFrame } from './frame-ring.ts';
import {
  createTopicMap,
  encodeVector,
  parseVector,
  vectorOf,
  type OffsetVector,
  type TopicMap,
  type TopicOffsets,
} from './offset-vector.ts';
import { encodeFrame } from './sse-frame.ts';
import { createSubscribers, type Subscribers } from './subscribers.ts';
import { type FrameContent } from './read-frame.ts';

export type Place = { readonly topic: string; readonly partition: number; readonly offset: number };

/** Where a subscriber's stream begins. */
export type Beginning =
  | { readonly kind: 'live' }
  | { readonly kind: 'resumed'; readonly from: OffsetVector; readonly missed: Iterable<SentFrame> }
  /** Frames may be missing: the id is older than what is kept, or means nothing here. */
  | { readonly kind: 'reset' };

/** What was read and who listens: the state of one gateway. */
export type Feed = {
  /** Reading begins, or partitions were added. Another cluster makes all ids given out before worthless. */
  begin(clusterId: string, next: TopicOffsets): void;
  /** A message was read, shown or not. */
  advance(place: Place): void;
  /** Sends to whom it may concern, and keeps the frame. Call after `advance`, except for all but the last of a message's frames. Returns the frame's size in bytes. */
  publish(place: Place, shown: FrameContent): number;
  /** @param lastEventId Of the last frame that the subscriber saw; undefined for a new one. */
  resume(lastEventId: string | undefined): Beginning;
  /** The id that says "everything up to now"; undefined before reading begins. */
  position(): string | undefined;
  readonly subscribers: Subscribers;
};

type Reading = { readonly map: TopicMap; readonly next: number[][]; readonly ring: FrameRing };

export function createFeed(topics: readonly string[], limits: RingLimits): Feed {
  const subscribers = createSubscribers();
  const topicIndex = new Map(topics.map((topic, index) => [topic, index]));
  let reading: Reading | undefined;

  function current(): Reading {
    if (!reading) throw new Error('A message came before reading began.');
    return reading;
  }

  function indexOf({ topic }: Place): number {
    const index = topicIndex.get(topic);
    if (index === undefined) throw new Error('A message came from a topic that is not read.');
    return index;
  }

  /** A subscriber that another gateway sent further ahead is let in; one beyond all reason holds an id of other topics. */
  function isAheadOf(from: OffsetVector, { next }: Reading): boolean {
    return next.some((offsets, topic) =>
      offsets.some((offset, partition) => (from[topic]?.[partition] ?? 0) > offset + limits.frames),
    );
  }

  return {
    subscribers,
    begin(clusterId, offsets) {
      const map = createTopicMap(clusterId, topics);
      const next = vectorOf(map, offsets);
      if (reading?.map.version === map.version && sameShape(reading.next, next)) return;
      reading = { map, next, ring: createFrameRing(next, limits) };
    },
    advance(place) {
      const offsets = current().next[indexOf(place)];
      if (offsets) offsets[place.partition] = place.offset + 1;
    },
    publish(place, { kind, userId, body }) {
      const { map, next, ring } = current();
      const bytes = encodeFrame({ id: encodeVector(map, next), kind, data: JSON.stringify(body) });
      const { partition, offset } = place;
      const frame = { userId, bytes, topic: indexOf(place), partition, offset };
      ring.push(frame);
      subscribers.publish(frame);
      return bytes.length;
    },
    resume(lastEventId) {
      if (lastEventId === undefined) return { kind: 'live' };
      const { map, next, ring } = current();
      const from = parseVector(map, next, lastEventId);
      if (!from || !ring.covers(from) || isAheadOf(from, current())) return { kind: 'reset' };
      return { kind: 'resumed', from, missed: ring.since(from) };
    },
    position: () => reading && encodeVector(reading.map, reading.next),
  };
}

function sameShape(one: OffsetVector, other: OffsetVector): boolean {
  return one.every((offsets, topic) => offsets.length === other[topic]?.length);
}
