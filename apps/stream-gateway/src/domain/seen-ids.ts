/** Remembers the latest ids, so that a message that repeats under its id is shown once. */
export type SeenIds = {
  /** False if the id is remembered already. */
  add(id: string): boolean;
};

export function createSeenIds(limit: number): SeenIds {
  const ids = new Set<string>();
  return {
    add(id) {
      if (ids.has(id)) return false;
      ids.add(id);
      if (ids.size > limit) {
        const [oldest] = ids;
        if (oldest !== undefined) ids.delete(oldest);
      }
      return true;
    },
  };
}
