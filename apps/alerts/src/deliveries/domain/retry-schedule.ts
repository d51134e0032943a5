const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Before each attempt, in milliseconds: the schedule that Standard Webhooks recommends. */
const delays = [
  0,
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
] as const;

/** An attempt may come later than its schedule by this share, so that what failed together does not come back together. */
const jitter = 0.2;

/** A receiver that asks for a longer pause is asked again after this one. */
const longestPauseMs = 24 * hour;

export const maxAttempts = delays.length;

/**
 * The pause after attempt number `attempt` (from 1) failed, in milliseconds; undefined: that was the last one.
 * @param retryAfterMs The pause that the receiver asked for; it is never shortened, except to a day.
 * @param random From 0 to 1.
 */
export function retryDelay(
  attempt: number,
  retryAfterMs: number | undefined,
  random: number,
): number | undefined {
  const delay = delays[attempt];
  if (delay === undefined) return undefined;
  const asked = Math.min(longestPauseMs, retryAfterMs ?? 0);
  return Math.round(Math.max(asked, delay * (1 + jitter * random)));
}
