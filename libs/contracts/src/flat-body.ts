import { z } from 'zod';
import { operations, type BiometricEvent } from './biometric-event.ts';
import { completeEvent, type Arrival } from './complete-event.ts';
import { eventTypeField, nameField, versionField } from './fields.ts';
import { pathOf, problemsOf, type DeadLetterReason, type Problem } from './interpretation.ts';
import { metricName } from './metrics.ts';
import { parseInWords } from './parse-in-words.ts';
import type { GivenReading } from './normalize-readings.ts';
import { contextSchema } from './reading.ts';
import { tooOld } from './retention.ts';

/** The guides' body: event fields beside metrics, all flat. The route names the source. */
export const flatBodySchema = z
  .looseObject({
    user_id: nameField,
    event_id: nameField.nullish().describe("The client's own id; makes a retry the same event"),
    event_type: eventTypeField.nullish().describe('`unspecified` when absent'),
    timestamp: z.string().max(40).nullish().describe('RFC 3339; needed when there is no event_id'),
    device_id: nameField.nullish(),
    version: versionField.nullish().describe('A correction or delete carries a higher one'),
    operation: z.enum(operations).nullish().describe('The readings of a delete are ignored'),
    context: contextSchema.nullish(),
  })
  .meta({ id: 'FlatBody' });

const eventFields = new Set(Object.keys(flatBodySchema.shape));

export type FlatBodyResult =
  | { readonly kind: 'ok'; readonly value: BiometricEvent }
  | {
      readonly kind: 'invalid';
      readonly reason: DeadLetterReason | 'out_of_range';
      readonly problems: readonly Problem[];
    };

/** A caller can put a mistake right at once, so an unknown field is a problem here; on Kafka it is left out. */
export function flatBodyToEvent(
  body: unknown,
  { source, ...arrival }: Arrival & { readonly source: string },
): FlatBodyResult {
  const parsed = parseInWords(flatBodySchema, body);
  const { readings, problems } = flatReadings(isObject(body) ? body : {});
  if (!parsed.success) return invalid('invalid_event', [...problemsOf(parsed.error), ...problems]);
  if (problems.length > 0) return invalid('invalid_event', problems);
  const fields = parsed.data;
  const event = completeEvent(
    {
      userId: fields.user_id,
      deviceId: fields.device_id ?? undefined,
      source,
      eventType: fields.event_type ?? 'unspecified',
      timestamp: fields.timestamp ?? undefined,
      clientId: fields.event_id ?? undefined,
      version: fields.version ?? 0,
      operation: fields.operation ?? 'upsert',
      context: fields.context ?? undefined,
      readings,
    },
    arrival,
  );
  if (event.kind === 'ok') return event;
  if (event.kind === 'deadLetter') return invalid(event.reason, event.problems);
  return invalid(event.reason, [{ path: 'timestamp', message: tooOld(arrival.retentionDays) }]);
}

function flatReadings(body: Readonly<Record<string, unknown>>): {
  readings: GivenReading[];
  problems: Problem[];
} {
  const isDelete = body.operation === 'delete';
  const readings: GivenReading[] = [];
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [field, value] of Object.entries(body)) {
    if (eventFields.has(field) || problems.length >= 20) continue;
    const path = pathOf([field]);
    const metric = metricName(field);
    if (isDelete && (metric !== undefined || field === 'readings')) continue;
    if (metric === undefined) problems.push({ path, message: 'is neither a field nor a metric' });
    else if (seen.has(metric)) problems.push({ path, message: 'is given twice, under two names' });
    else if (typeof value === 'number') readings.push({ path, metric, value });
    // null: the device did not measure it
    else if (value !== null) problems.push({ path, message: 'must be a number' });
    if (metric !== undefined) seen.add(metric);
  }
  return { readings, problems };
}

function isObject(body: unknown): body is Record<string, unknown> {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}

function invalid(reason: DeadLetterReason | 'out_of_range', problems: readonly Problem[]): FlatBodyResult {
  return { kind: 'invalid', reason, problems };
}
