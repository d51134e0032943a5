import type { BiometricEvent } from '@bridge/contracts';
import { LRUCache } from 'lru-cache';
import type { PersonState } from '../domain/person-state.ts';

/** A state as the table has it, or as it will have it once the batch that is committing is done. */
export type StateVersion = {
  /** Grows with every write of the row; 0 where there is none. */
  readonly version: number;
  /** The policy that decided last; null before the first decision. */
  readonly policyVersion: number | null;
  readonly state: PersonState;
};

export type BatchInFlight = {
  /** What they say, by event id: see `contentHashOf`. */
  readonly keys: ReadonlyMap<string, string>;
  /** By subject id, in the order of their decisions. */
  readonly events: ReadonlyMap<string, readonly BiometricEvent[]>;
};

/**
 * States of the persons seen last, one cache per process. It runs ahead of the database by the batch that is
 * committing; when that fails, everything is forgotten. A row that another worker changed or deleted is noticed by
 * its version.
 */
export type StateCache = {
  readonly get: (subjectId: string) => StateVersion | undefined;
  readonly set: (subjectId: string, cached: StateVersion) => void;
  readonly drop: (subjectId: string) => void;
  /** Batches that are prepared or committing: the database does not know them yet. */
  readonly inFlight: Set<BatchInFlight>;
  readonly forget: () => void;
};

export function createStateCache(maxPersons: number): StateCache {
  const states = new LRUCache<string, StateVersion>({ max: maxPersons });
  const inFlight = new Set<BatchInFlight>();
  return {
    get: (subjectId) => states.get(subjectId),
    set: (subjectId, cached) => void states.set(subjectId, cached),
    drop: (subjectId) => void states.delete(subjectId),
    inFlight,
    forget: () => {
      states.clear();
      inFlight.clear();
    },
  };
}
