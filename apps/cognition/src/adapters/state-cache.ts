import type { BiometricEvent } from '@bridge/contracts';
import { LRUCache } from 'lru-cache';
import type { PersonState } from '@bridge/mode-policy';

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

type ColdState = Omit<StateVersion, 'state'> & { readonly json: string };

/**
 * States of the persons seen last, one cache per process. It runs ahead of the database by the batch that is
 * committing; when that fails, everything is forgotten. A row that another worker changed or deleted is noticed by
 * its version.
 */
export type StateCache = {
  readonly get: (subjectId: string) => StateVersion | undefined;
  /** `json`: the state as it is stored. */
  readonly set: (subjectId: string, cached: StateVersion & { readonly json: string }) => void;
  readonly drop: (subjectId: string) => void;
  /** Batches that are prepared or committing: the database does not know them yet. */
  readonly inFlight: Set<BatchInFlight>;
  readonly forget: () => void;
};

/**
 * `warmPersons`: how many states are kept as objects, about 4 KB each; of as many as `maxPersons` others there is only the
 * text, a third of it.
 */
export function createStateCache(maxPersons: number, warmPersons = 5_000): StateCache {
  const cold = new LRUCache<string, ColdState>({ max: maxPersons });
  const warm = new LRUCache<string, StateVersion & ColdState>({
    max: Math.min(warmPersons, maxPersons),
    dispose: ({ version, policyVersion, json }, subjectId, reason) => {
      if (reason === 'evict') cold.set(subjectId, { version, policyVersion, json });
    },
  });
  const inFlight = new Set<BatchInFlight>();
  return {
    get: (subjectId) => warm.get(subjectId) ?? restored(cold.get(subjectId)),
    set: (subjectId, cached) => {
      cold.delete(subjectId);
      warm.set(subjectId, cached);
    },
    drop: (subjectId) => {
      cold.delete(subjectId);
      warm.delete(subjectId);
    },
    inFlight,
    forget: () => {
      warm.clear();
      cold.clear();
      inFlight.clear();
    },
  };
}

function restored(found: ColdState | undefined): StateVersion | undefined {
  if (found === undefined) return undefined;
  const { version, policyVersion, json } = found;
  return { version, policyVersion, state: JSON.parse(json) as PersonState };
}
