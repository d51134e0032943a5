import { z } from 'zod';
import {
  eventTypeField,
  hashField,
  idField,
  nameField,
  sourceField,
  timestampField,
  utcField,
  versionField,
} from './fields.ts';
import { answerSchema, profileSchema } from './profile.ts';
import { readingSchema } from './reading.ts';

/** Sources that only our own ingest may name. */
export const reservedSources = ['oura', 'whoop', 'apple', 'manual'] as const;
export type ReservedSource = (typeof reservedSources)[number];

/** So many readings of the greatest length stay under a topic's `maxMessageBytes`. */
export const maxReadings = 1000;

export const operations = ['upsert', 'delete'] as const;

/** Inferences and corrections at the entrance. Consumers keep flags that they do not know yet. */
export type Flag =
  /**
   * No timestamp was given: it is the time of first acceptance or, of a document with a day alone, that day's noon where the
   * person is. Its offset says nothing of where that is.
   */
  | 'time_assumed'
  /** A time had no offset and lay ahead, as a local clock does; the time of arrival was taken. */
  | 'local_clock'
  /** A time had neither `Z` nor an offset; it was read as UTC, and cognition may take the time of arrival instead. */
  | 'no_offset'
  /** An equivalent unit was converted. */
  | 'unit_converted'
  /** Seconds stood under a millisecond label. */
  | 'seconds_as_ms'
  /** A fraction stood under a percent label. */
  | 'fraction_as_percent'
  /** Readings of metrics that the dictionary does not know were left out. */
  | 'unknown_metric'
  /** A stage of the night was not understood, so that its sums are unknown. */
  | 'unknown_stage'
  /** Fields that were missing, unreadable or implausible were left out, and zeros that mean that nothing was measured. */
  | 'fields_left_out';

const provenanceSchema = z
  .object({
    object_id: nameField
      .exactOptional()
      .describe("The vendor's object or the client's id; absent for content"),
    object_kind: z.enum(['vendor', 'client', 'content']).describe('What identifies the object'),
    reported: z.enum(['sensed', 'self_reported']),
    content_hash: hashField.describe('SHA-256 of the canonical content, without times that were assumed'),
    raw_sha256: hashField.describe('SHA-256 of the bytes that arrived'),
    flags: z.array(z.string().max(64)).max(16),
  })
  .meta({ id: 'Provenance' });

export const biometricEventSchema = z
  .object({
    event_id: idField,
    user_id: nameField,
    device_id: nameField.exactOptional(),
    source: sourceField,
    event_type: eventTypeField,
    timestamp: timestampField.describe('When it was measured'),
    received_at: utcField.describe("When it arrived; of a partner's message, the broker's time"),
    version: versionField.describe('Orders corrections of one object; the highest wins'),
    operation: z.enum(operations),
    readings: z.array(readingSchema).max(maxReadings),
    profile: profileSchema.exactOptional().describe('Of an event of type `profile`'),
    answer: answerSchema.exactOptional().describe('Of an event of type `answer`'),
    provenance: provenanceSchema,
  })
  .meta({ id: 'BiometricEvent' });

export type BiometricEvent = z.infer<typeof biometricEventSchema>;
export type Provenance = z.infer<typeof provenanceSchema>;
