import { parseTimestamp } from '@bridge/contracts';

/**
 * An instant as a person writes it: a date, which begins in UTC, or a date and time with `Z` or an offset. Returns
 * milliseconds since 1970, or undefined where the text names no instant.
 */
export function parseInstant(text: string): number | undefined {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const parsed = parseTimestamp(isDate ? `${text}T00:00:00Z` : text);
  return parsed?.offsetMinutes === undefined ? undefined : parsed.epochMs;
}
