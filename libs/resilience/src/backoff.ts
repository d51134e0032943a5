export type Backoff = {
  /** Upper bound of the first delay, in milliseconds; it doubles with each attempt. */
  readonly initialMs: number;
  /** Upper bound of every delay, in milliseconds. */
  readonly maxMs: number;
};

/**
 * The delay before retry number `attempt` (from 1), in milliseconds: between half of the bound and the bound, so that
 * clients that failed together do not come back together. `random` gives a number from 0 to 1, such as Math.random.
 */
export function backoff(attempt: number, { initialMs, maxMs }: Backoff, random: () => number): number {
  const bound = Math.min(maxMs, initialMs * 2 ** (Math.max(1, attempt) - 1));
  return Math.round(bound / 2 + (bound / 2) * random());
}
