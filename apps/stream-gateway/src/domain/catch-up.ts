import type { Copies } from './copies.ts';
import type { SentFrame } from './frame-ring.ts';
import { encodeVector, isBelow, type OffsetVector, type Place, type TopicMap } from './offset-vector.ts';
import { idLine } from './sse-frame.ts';

/** Gives one subscriber what it missed, each id once, under ids that never go back. */
export type CatchUp = {
  /** Notes an id that lies below the subscriber's vector. */
  cover(id: string): void;
  /** Whether the subscriber has not got this frame. True once for an id: it counts as given from then on. */
  needs(frame: SentFrame): boolean;
  /** The frame's bytes under the id of this subscriber. Frames of a partition come in order. */
  give(frame: SentFrame): Buffer;
  /** Everything of the partition before this position was read. */
  pass(place: Place): void;
  /** Where the subscriber stands now. */
  readonly vector: OffsetVector;
};

/**
 * A subscriber's vector says which ids it has: those of which some copy lies below it. So a frame is given only if no copy of
 * it does, and the id of each frame is the subscriber's own vector, moved behind what it was given. The vector of the gateway
 * would go backwards where another gateway had read further.
 */
export function createCatchUp(map: TopicMap, from: OffsetVector, copies: Copies): CatchUp {
  const vector = from.map((positions) => [...positions]);
  const given = new Set<string>();

  function pass({ topic, partition, position }: Place): void {
    const positions = vector[topic];
    if (positions && position > (positions[partition] ?? 0)) positions[partition] = position;
  }

  return {
    vector,
    pass,
    cover: (id) => void given.add(id),
    needs({ id, place }) {
      if (isBelow(place, from) || given.has(id) || copies.isCovered(id, from)) return false;
      given.add(id);
      return true;
    },
    give({ place, next, bytes, bodyStart }) {
      pass({ ...place, position: next });
      return Buffer.concat([idLine(encodeVector(map, vector)), bytes.subarray(bodyStart)]);
    },
  };
}
