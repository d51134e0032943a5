import { z } from 'zod';
import { operations, reservedSources, type BiometricEvent } from './biometric-event.ts';
import { completeEvent, type Arrival, type EventDraft } from './complete-event.ts';
import { eventTypeField, nameField, sourceField, versionField } from './fields.ts';
import { pathOf, problemsOf, refuse, type Interpretation } from './interpretation.ts';
import { metricName } from './metrics.ts';
import type { GivenReading } from './normalize-readings.ts';
import { contextSchema, statisticSchema } from './reading.ts';

/** Producers write null for values that a device did not measure. */
const optional = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? undefined);

const timestampText = z.string().max(40);

const partnerReading = z.object({
  metric: z.string().min(1).max(64),
  value: z.number(),
  unit: optional(z.string().max(32)),
  start: optional(timestampText),
  end: optional(timestampText),
  context: optional(contextSchema),
  statistic: optional(statisticSchema),
});

/**
 * A partner's message on `biometric.events`, in plain JSON: the shorthand (`metrics`) or a full event, of which
 * user_id, event_type, timestamp and readings are enough. Fields that only we may set are ignored.
 */
export const partnerMessageSchema = z
  .object({
    user_id: nameField,
    event_type: eventTypeField,
    timestamp: optional(timestampText).describe('RFC 3339; without offset it is UTC'),
    device_id: optional(nameField),
    source: optional(sourceField).describe("The partner's name; `partner` when absent"),
    event_id: optional(nameField).describe("The partner's own id of the measurement"),
    version: optional(versionField).describe('A correction or delete carries a higher one'),
    operation: optional(z.enum(operations)),
    context: optional(contextSchema).describe('Of every reading that has none of its own'),
    metrics: optional(z.record(z.string().max(64), z.number().nullable())).describe(
      'Shorthand: names or aliases of the metric dictionary, in its units',
    ),
    readings: optional(z.array(partnerReading).max(10_000)),
    provenance: optional(z.object({ object_id: optional(nameField) })),
  })
  .meta({ id: 'PartnerMessage' });

type PartnerMessage = z.output<typeof partnerMessageSchema>;

const reserved = new Set<string>(reservedSources);

/** A message without a valid signature. It cannot name our sources, and its arrival is the broker's time. */
export function partnerEvent(body: unknown, arrival: Arrival): Interpretation<BiometricEvent> {
  const parsed = partnerMessageSchema.safeParse(body);
  if (!parsed.success) return refuse('invalid_event', problemsOf(parsed.error));
  const source = parsed.data.source ?? 'partner';
  // In any case: `Oura` would pass for the vendor on a screen.
  if (reserved.has(source.toLowerCase())) {
    return refuse('reserved_source', [{ path: 'source', message: 'is reserved' }]);
  }
  const twice = givenTwice(Object.keys(parsed.data.metrics ?? {}));
  if (twice !== undefined) {
    return refuse('invalid_event', [
      { path: pathOf(['metrics', twice]), message: 'is given twice, under two names' },
    ]);
  }
  return completeEvent(draftOf(parsed.data, source), arrival);
}

function draftOf(message: PartnerMessage, source: string): EventDraft {
  return {
    userId: message.user_id,
    deviceId: message.device_id,
    source,
    eventType: message.event_type,
    timestamp: message.timestamp,
    clientId: message.provenance?.object_id ?? message.event_id,
    version: message.version ?? 0,
    operation: message.operation ?? 'upsert',
    context: message.context,
    readings: [...shorthandReadings(message.metrics ?? {}), ...fullReadings(message.readings ?? [])],
  };
}

/** The name under which a metric comes a second time, `hrv` beside `hrv_rmssd`: which of them counts is unknown. */
function givenTwice(names: readonly string[]): string | undefined {
  const known = names.map((name) => metricName(name));
  return names.find((_, index) => known[index] !== undefined && known.indexOf(known[index]) < index);
}

function shorthandReadings(metrics: Readonly<Record<string, number | null>>): GivenReading[] {
  return Object.entries(metrics).flatMap(([metric, value]) =>
    value === null ? [] : [{ path: pathOf(['metrics', metric]), metric, value }],
  );
}

function fullReadings(readings: NonNullable<PartnerMessage['readings']>): GivenReading[] {
  return readings.map((reading, index) => ({ ...reading, path: `readings.${index}` }));
}
