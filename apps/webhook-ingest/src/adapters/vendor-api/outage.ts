const shortestMs = 5_000;
const longestMs = 60_000;

/** Remembers since when a vendor does not answer: the longer, the longer until somebody asks again. */
export function createOutage(now: () => number) {
  let sinceMs: number | undefined;
  return {
    /** When to ask again, in milliseconds. */
    lasts(): number {
      sinceMs ??= now();
      return Math.min(longestMs, Math.max(shortestMs, now() - sinceMs));
    },
    isOver(): void {
      sinceMs = undefined;
    },
  };
}
