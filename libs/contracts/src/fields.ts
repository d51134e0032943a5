import { z } from 'zod';
import { parseTimestamp } from './timestamp.ts';

/** The patterns of text fields; `event-as-it-stands.ts` uses them too. */
export const patterns = {
  timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/,
  utc: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/,
  id: /^[0-9a-f]{32}$/,
  hash: /^[0-9a-f]{64}$/,
  name: /^[^\u0000-\u001f\u007f]*$/,
  source: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  eventType: /^[a-z0-9][a-z0-9_.-]{0,63}$/,
  metric: /^[a-z][a-z0-9_]{0,63}$/,
} as const;

/**
 * RFC 3339 with offset. A pattern instead of `format: date-time`, which registries' validators do not know;
 * `parseTimestamp` also refuses days and hours that do not exist.
 */
export const timestampField = z.string().regex(patterns.timestamp, 'must be RFC 3339 with an offset');

/** RFC 3339 in UTC: our own clocks write `Z`. Days and hours that do not exist are refused. */
export const utcField = z
  .string()
  .regex(patterns.utc, 'must be RFC 3339 in UTC')
  .refine(isTime, {
    error: 'must be a day and a time that exist',
    // The pattern has said already what is wrong.
    when: ({ issues }) => issues.length === 0,
  });

/** Whether a text of the right form names a time that exists. */
export function isTime(text: string): boolean {
  return parseTimestamp(text) !== undefined;
}

/** First 16 bytes of a SHA-256, lower-case hex. */
export const idField = z.string().regex(patterns.id, 'must be 32 hex digits');

/** A whole SHA-256, lower-case hex. */
export const hashField = z.string().regex(patterns.hash, 'must be 64 hex digits');

/** Any printable text of 1 to 256 characters: control characters would grow sixfold in JSON. */
export const nameField = z
  .string()
  .min(1)
  .max(256)
  .regex(patterns.name, 'must not hold control characters')
  // Half a surrogate pair has no UTF-8 of its own: two such texts would have one id.
  .refine((text) => text.isWellFormed(), 'must be well-formed Unicode');

/** `oura`, `whoop`, `apple`, `manual` or a partner's name. */
export const sourceField = z
  .string()
  .regex(patterns.source, 'must be 1 to 64 letters, digits, dots, dashes or underscores');

/** An open set in snake case: `heart_rate`, `sleep`, … */
export const eventTypeField = z
  .string()
  .regex(patterns.eventType, 'must be 1 to 64 lower-case letters, digits, dots, dashes or underscores');

/** A name of the metric dictionary. Consumers keep readings of metrics that they do not know yet. */
export const metricField = z.string().regex(patterns.metric, 'must be a metric in snake case');

/** Lower-case UUID. Like the timestamps a pattern, since validators differ in which formats they know. */
export const uuidField = z
  .string()
  .regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'must be a lower-case UUID');

/** Position of a person's decision; counts up from 1. */
export const seqField = z.int().min(1);

export const versionField = z.int().min(0);

/** Of a list: `cursor` of the next page, which the header `Link` names too. */
export const nextCursorField = z
  .string()
  .nullable()
  .describe('`cursor` of the next page; null on the last one');
