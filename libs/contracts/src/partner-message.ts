import { z } from 'zod';
import { operations, reservedSources, type BiometricEvent } from './biometric-event.ts';
import { completeEvent, type Arrival, type EventDraft } from './complete-event.ts';
import { eventTypeField, nameField, sourceField, versionField } from './fields.ts';
import { parseInWords } from './parse-in-words.ts';
import { pathOf, problemsOf, refuse, type Interpretation } from './interpretation.ts';
import { metricName } from './metrics.ts';
import type { GivenReading } from './normalize-readings.ts';
import { partnerTime, type GivenTime } from './partner-time.ts';
import { contextSchema, motionSchema, statisticSchema } from './reading.ts';

/** Producers write null for values that a device did not measure. */
const optional = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? undefined);

const givenTime = z.union([z.string().max(100), z.number()], 'must be an RFC 3339 date and time or an epoch');

/** A decimal number, as JSON or Java writes it. A comma could separate thousands. */
const numberText = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/;

/** A number that came as text is that number: clients write decimals and 64-bit numbers so. */
const lenient = <T extends z.ZodType>(schema: T) =>
  z.preprocess(
    (value) =>
      typeof value === 'string' && value.length <= 64 && numberText.test(value) ? Number(value) : value,
    schema,
  );

/** Protobuf's enums and Java's write their names in capitals. */
const anyCase = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (typeof value === 'string' ? value.toLowerCase() : value), schema);

const numberField = lenient(z.number('must be a number'));

const partnerReading = z.object({
  metric: z.string().min(1).max(64),
  value: numberField,
  unit: optional(z.string().max(32)),
  start: optional(givenTime),
  end: optional(givenTime),
  context: optional(anyCase(contextSchema)),
  statistic: optional(anyCase(statisticSchema)),
  motion: optional(anyCase(motionSchema)),
});

/**
 * A partner's message on `biometric.events`, in plain JSON: the shorthand (`metrics`) or a full event, of which
 * user_id, event_type, timestamp and readings are enough. Fields that only we may set are ignored.
 */
export const partnerMessageSchema = z
  .object({
    user_id: nameField,
    event_type: anyCase(eventTypeField),
    timestamp: optional(givenTime).describe(
      'RFC 3339, its near relatives, or an epoch in s or ms; without offset it is UTC',
    ),
    device_id: optional(nameField),
    source: optional(sourceField).describe("The partner's name; `partner` when absent"),
    event_id: optional(nameField).describe("The partner's own id of the measurement"),
    version: optional(lenient(versionField)).describe('A correction or delete carries a higher one'),
    operation: optional(anyCase(z.enum(operations))).describe('The readings of a delete are ignored'),
    context: optional(anyCase(contextSchema)).describe('Of every reading that has none of its own'),
    metrics: optional(z.record(z.string().max(64), numberField.nullable())).describe(
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
  const parsed = parseInWords(partnerMessageSchema, withoutDeletedReadings(body));
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
  const times = timesOf(parsed.data);
  const problems = times.flatMap(({ path, given }) =>
    partnerTime(given) === undefined
      ? [{ path, message: 'must be an RFC 3339 date and time or an epoch' }]
      : [],
  );
  if (problems.length > 0) return refuse('invalid_event', problems.slice(0, 20));
  return completeEvent(draftOf(parsed.data, source), arrival);
}

/** Proto3 has 0 for a time that is not set. */
const timeOf = (given: GivenTime | undefined) =>
  given === undefined || given === 0 || given === '0' ? undefined : partnerTime(given);

function timesOf({ timestamp, readings = [] }: PartnerMessage): { path: string; given: GivenTime }[] {
  const named = [
    { path: 'timestamp', given: timestamp },
    ...readings.flatMap(({ start, end }, index) => [
      { path: `readings.${index}.start`, given: start },
      { path: `readings.${index}.end`, given: end },
    ]),
  ];
  return named.flatMap(({ path, given }) =>
    given === undefined || given === 0 || given === '0' ? [] : [{ path, given }],
  );
}

/** A delete that carries readings, as a change log's does, is a delete, whatever they are. */
function withoutDeletedReadings(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('operation' in body)) return body;
  const { operation } = body;
  if (typeof operation !== 'string' || operation.toLowerCase() !== 'delete') return body;
  return { ...body, metrics: undefined, readings: undefined };
}

function draftOf(message: PartnerMessage, source: string): EventDraft {
  return {
    userId: message.user_id,
    deviceId: message.device_id,
    source,
    eventType: message.event_type,
    timestamp: timeOf(message.timestamp),
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
  return readings.map((reading, index) => ({
    ...reading,
    start: timeOf(reading.start),
    end: timeOf(reading.end),
    path: `readings.${index}`,
  }));
}
