import { isBelow, type OffsetVector, type Place } from './offset-vector.ts';

/** Where the latest ids lie: a message may stand on a topic twice, also on two partitions. */
export type Copies = {
  /** Notes where an id was read. False if another copy of it was read before. */
  add(id: string, place: Place): boolean;
  /** Whether some copy lies below the vector, so that its owner has this id already. */
  isCovered(id: string, vector: OffsetVector): boolean;
};

/** @param limit Ids that are remembered, about 200 bytes each. */
export function createCopies(limit: number): Copies {
  const places = new Map<string, Place | Place[]>();

  return {
    add(id, place) {
      const known = places.get(id);
      if (known === undefined) {
        places.set(id, place);
        if (places.size > limit) forgetOldest(places);
        return true;
      }
      if (Array.isArray(known)) known.push(place);
      else places.set(id, [known, place]);
      return false;
    },
    isCovered(id, vector) {
      const known = places.get(id);
      if (known === undefined) return false;
      return Array.isArray(known) ? known.some((place) => isBelow(place, vector)) : isBelow(known, vector);
    },
  };
}

function forgetOldest(places: Map<string, unknown>): void {
  const [oldest] = places.keys();
  if (oldest !== undefined) places.delete(oldest);
}
