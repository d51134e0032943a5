import type { BiometricEvent } from '@bridge/contracts';
import { LRUCache } from 'lru-cache';
import { restoreState, type PersonState } from '@bridge/mode-policy';
import { createBlockStore, type StoredText } from './block-store.ts';

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

type ColdState = Omit<StateVersion, 'state'> & { readonly text: StoredText };
type WarmState = StateVersion & { readonly json: string };

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

export type StateCacheLimits = {
  readonly maxPersons: number;
  /** Of the states that are kept as text. */
  readonly maxBytes: number;
  /** How many states are kept as objects, about 6 KB each. Default 1,500. */
  readonly warmPersons?: number;
};

/** Some states are objects; of the others there is only the text, a quarter of that and outside the JavaScript heap. */
export function createStateCache({
  maxPersons,
  maxBytes,
  warmPersons = 1_500,
}: StateCacheLimits): StateCache {
  const texts = createBlockStore(maxBytes);
  /** In the order in which they were last used. */
  const cold = new Map<string, ColdState>();
  const warm = new LRUCache<string, WarmState>({
    max: Math.min(warmPersons, maxPersons),
    dispose: (state, subjectId, reason) => {
      if (reason === 'evict') cool(subjectId, state);
    },
  });
  const inFlight = new Set<BatchInFlight>();

  /** Keeps the text of a state, and makes room for it by forgetting the persons who were not seen for longest. */
  function cool(subjectId: string, { version, policyVersion, json }: WarmState): void {
    forgetCold(subjectId);
    let text = cold.size < maxPersons ? texts.put(json) : undefined;
    while (text === undefined) {
      const [oldest] = cold.keys();
      if (oldest === undefined) return;
      forgetCold(oldest);
      text = texts.put(json);
    }
    cold.set(subjectId, { version, policyVersion, text });
  }

  function forgetCold(subjectId: string): void {
    const found = cold.get(subjectId);
    if (found === undefined) return;
    texts.release(found.text);
    cold.delete(subjectId);
  }

  function restored(subjectId: string): StateVersion | undefined {
    const found = cold.get(subjectId);
    if (found === undefined) return undefined;
    cold.delete(subjectId);
    cold.set(subjectId, found);
    const { version, policyVersion, text } = found;
    return { version, policyVersion, state: restoreState(texts.read(text)) };
  }

  return {
    get: (subjectId) => warm.get(subjectId) ?? restored(subjectId),
    set: (subjectId, cached) => {
      forgetCold(subjectId);
      warm.set(subjectId, cached);
    },
    drop: (subjectId) => {
      forgetCold(subjectId);
      warm.delete(subjectId);
    },
    inFlight,
    forget: () => {
      warm.clear();
      cold.clear();
      texts.clear();
      inFlight.clear();
    },
  };
}
