import { parseTimestamp, type Timestamp } from '@bridge/contracts';
import { z } from 'zod';

/** A local day, `2026-07-06`. */
export const dayField = z
  .string()
  .refine((day) => day.length === 10 && parseTimestamp(`${day}T00:00:00Z`) !== undefined, 'must be a date');

type Daily = { readonly day: string; readonly timestamp?: Timestamp | null | undefined };

/**
 * When a document about a day counts as measured. Oura writes the day's midnight as if in UTC, for people anywhere: that
 * names the day and no moment, so the day goes on alone.
 */
export function timeOfDay({ day, timestamp }: Daily): string {
  if (timestamp?.text.startsWith(day) !== true || namesDayOnly(timestamp)) return day;
  return timestamp.text;
}

function namesDayOnly({ text, offsetMinutes }: Timestamp): boolean {
  return (offsetMinutes ?? 0) === 0 && text.slice(11) === '00:00:00Z';
}
