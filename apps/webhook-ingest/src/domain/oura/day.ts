import { parseTimestamp, type Timestamp } from '@bridge/contracts';
import { z } from 'zod';

/** A local day, `2026-07-06`. */
export const dayField = z
  .string()
  .refine((day) => day.length === 10 && parseTimestamp(noonOf(day)) !== undefined, 'must be a date');

type Daily = { readonly day: string; readonly timestamp?: Timestamp | null | undefined };

/**
 * When a document about a day counts as measured. Oura writes the day's midnight in UTC for people anywhere: that names
 * the day and no moment, and lies ahead of a morning in Asia. Then, and where there is no time at all, it is the day's
 * noon without an offset: on that day whatever the person's zone, and the time of arrival while it lies ahead.
 */
export function timeOfDay({ day, timestamp }: Daily): string {
  if (timestamp?.text.startsWith(day) !== true || namesDayOnly(timestamp)) return noonOf(day);
  return timestamp.text;
}

function namesDayOnly({ text, offsetMinutes }: Timestamp): boolean {
  return (offsetMinutes ?? 0) === 0 && text.slice(11) === '00:00:00Z';
}

function noonOf(day: string): string {
  return `${day}T12:00:00`;
}
