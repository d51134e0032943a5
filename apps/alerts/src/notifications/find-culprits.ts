import { sqlState } from '@bridge/core';

/** Finds the persons whose rows cannot be written, by writing ever fewer persons at once. */
export type CulpritSearch = {
  /** How many persons to write next. */
  limit(): number;
  /** Persons are being narrowed down, or were left out: what is written meanwhile must not disturb it. */
  isSearching(): boolean;
  /** Their rows could not be written: they are left out of the next writing. */
  has(subjectId: string): boolean;
  succeeded(subjects: readonly string[]): void;
  /**
   * `unrelated`: the failure is no person's. `narrowed`: somebody among fewer persons. `found`: the one person written is.
   *
   * @param subjects Who was being written.
   */
  failed(error: unknown, subjects: readonly string[]): 'unrelated' | 'narrowed' | 'found';
};

/** Each culprit costs about as many writings as the limit can be halved, and as many again until the limit is back. */
export function createCulpritSearch(mostAtOnce: number): CulpritSearch {
  const found = new Set<string>();
  let limit = mostAtOnce;
  return {
    limit: () => limit,
    isSearching: () => limit < mostAtOnce || found.size > 0,
    has: (subjectId) => found.has(subjectId),
    succeeded(subjects) {
      for (const subjectId of subjects) found.delete(subjectId);
      limit = Math.min(limit * 2, mostAtOnce);
    },
    failed(error, [first, ...others]) {
      // Where leaving somebody out fails too, it is not for what was to be told.
      if (first === undefined || !isOfRows(error) || (others.length === 0 && found.has(first)))
        return 'unrelated';
      limit = Math.max(1, Math.floor((others.length + 1) / 2));
      if (others.length > 0) return 'narrowed';
      found.add(first);
      return 'found';
    },
  };
}

/** Classes 22 data, 23 integrity: whoever tries the same rows again fails again. */
function isOfRows(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && (code === sqlState.stateChanged || /^2[23]...$/.test(code));
}
