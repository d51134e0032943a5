/** Larger than any number of seconds to wait: a time since 1970. */
const latestRelativeS = 1_000_000_000;

/**
 * The pause that a `Retry-After` or a reset header asks for, in milliseconds: seconds, a date, or a time in seconds since
 * 1970. Negative when that time has passed; undefined when the header is missing or unreadable.
 */
export function retryAfterMs(header: string | null | undefined, nowMs: number): number | undefined {
  if (header === null || header === undefined || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) {
    return seconds > latestRelativeS ? seconds * 1_000 - nowMs : seconds * 1_000;
  }
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : at - nowMs;
}
