import { parseTimestamp, type Timestamp } from '@bridge/contracts';
import { z } from 'zod';
import type { FieldReader } from '../../documents/domain/field-reader.ts';

/** A local day, `2026-07-06`. */
export const dayField = z
  .string()
  .refine((day) => day.length === 10 && parseTimestamp(`${day}T00:00:00Z`) !== undefined, 'must be a date');

/** The local day to which Oura counts a document. */
export function readDay(read: FieldReader): string | undefined {
  return read.field('day', dayField, 'promised');
}

/**
 * When a document about a day counts as measured. Oura writes the day's midnight as if in UTC, for people anywhere: that
 * names the day and no moment, so the day goes on alone. Undefined if there is neither.
 */
export function timeOfDay(read: FieldReader): string | undefined {
  const day = readDay(read);
  const timestamp = read.moment('timestamp');
  if (timestamp === undefined) return day;
  if (day !== undefined && !timestamp.text.startsWith(day)) return day;
  return namesDayOnly(timestamp) ? timestamp.text.slice(0, 10) : timestamp.text;
}

function namesDayOnly({ text, offsetMinutes }: Timestamp): boolean {
  return (offsetMinutes ?? 0) === 0 && /T00:00:00(?:Z|\+00:00)$/.test(text);
}
