/** How far a consumer was at a time: its next offsets, added up over its partitions. */
export type RateSample = { readonly at: number; readonly total: number };

/** Older samples say little about now. */
const longestMs = 5 * 60_000;
/** Over less, one batch more or less would show as a jump. */
const shortestMs = 5_000;

/** Adds a sample and forgets those that no rate needs any more. */
export function withSample(samples: readonly RateSample[], sample: RateSample): readonly RateSample[] {
  return [...samples.filter(({ at }) => sample.at - at <= longestMs), sample];
}

/** Messages per minute from the oldest sample to the newest; undefined while they lie too close to each other. */
export function ratePerMinute(samples: readonly RateSample[]): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.at - first.at < shortestMs) return undefined;
  // A position that was reset counts for nothing.
  return Math.max(0, ((last.total - first.total) / (last.at - first.at)) * 60_000);
}
