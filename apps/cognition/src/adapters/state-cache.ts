import { LRUCache } from 'lru-cache';
import type { PersonState } from '../domain/person-state.ts';

export type CachedState = { readonly version: number; readonly state: PersonState };

/**
 * States of the persons seen last, one cache per process. It runs ahead of the database by the batch that is
 * committing; when that fails, everything is forgotten. A row that another worker changed or deleted is noticed by
 * its version.
 */
export type StateCache = {
  readonly get: (subjectId: string) => CachedState | undefined;
  readonly set: (subjectId: string, cached: CachedState) => void;
  /** Keys of batches that are prepared or committing: the database does not know them yet. */
  readonly keysInFlight: Set<ReadonlyMap<string, Buffer>>;
  readonly forget: () => void;
};

export function createStateCache(maxPersons: number): StateCache {
  const states = new LRUCache<string, CachedState>({ max: maxPersons });
  const keysInFlight = new Set<ReadonlyMap<string, Buffer>>();
  return {
    get: (subjectId) => states.get(subjectId),
    set: (subjectId, cached) => void states.set(subjectId, cached),
    keysInFlight,
    forget: () => {
      states.clear();
      keysInFlight.clear();
    },
  };
}
