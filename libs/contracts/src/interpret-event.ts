import { biometricEventSchema, type BiometricEvent } from './biometric-event.ts';
import type { Arrival } from './complete-event.ts';
import { isEventAsItStands } from './event-as-it-stands.ts';
import { patterns } from './fields.ts';
import { parseInWords } from './parse-in-words.ts';
import {
  problemsOf,
  refuse,
  type DeadLetterReason,
  type Interpretation,
  type Refusal,
} from './interpretation.ts';
import { metricNamed } from './metrics.ts';
import { partnerEvent } from './partner-message.ts';
import { unwrapMessage } from './unwrap-message.ts';
import type { Reading } from './reading.ts';
import { checkTime, isAhead } from './time-rules.ts';
import { parseTimestamp, type Timestamp } from './timestamp.ts';
import { topics } from './topics.ts';

export type EventMessage = {
  /** The decoded value: of a framed message by its schema, else JSON. */
  readonly body: unknown;
  /** The value's bytes as they lie on the topic. */
  readonly raw: Uint8Array;
  /** The message's timestamp: append time, in ms since 1970. */
  readonly brokerTime: number;
  /** It carries a valid `bridge-signature`. Everything else is a partner's. */
  readonly trusted: boolean;
  /** What is older is out of range. Default: `defaultRetentionDays`. */
  readonly retentionDays?: number | undefined;
};

/** One event of a message, or what it is instead. */
export type Interpreted = {
  readonly outcome: Interpretation<BiometricEvent>;
  /** The partner that a refused event names. */
  readonly partner?: string;
  /** Of a message that holds several events: which one, and its own JSON value. */
  readonly element?: { readonly index: number; readonly body: unknown };
};

/** So many events of one message are decided in one transaction. */
const mostElements = 1000;

/**
 * The events of one message on `biometric.events`: ours holds one, a partner's one or a list. Each element of a list has
 * its own id and its own outcome, so one that is refused costs the others nothing. A list of none is an empty value.
 */
export function interpretMessage(message: EventMessage): readonly Interpreted[] {
  const { body, raw, trusted } = message;
  if (trusted || raw.length > topics.events.maxMessageBytes) return [{ outcome: interpretEvent(message) }];
  const opened = unwrapMessage(body);
  if (opened.kind === 'nothing') return [emptyValue];
  if (!Array.isArray(opened.body)) return [interpretUnwrapped(opened.body, message)];
  const elements: readonly unknown[] = opened.body;
  if (elements.length === 0) return [emptyValue];
  if (elements.length > mostElements) {
    return [
      {
        outcome: refuse('too_large', [
          { path: '', message: `must not hold more than ${mostElements} events` },
        ]),
      },
    ];
  }
  return elements.map((element, index) => {
    const inner = unwrapMessage(element);
    if (inner.kind === 'nothing') return emptyValue;
    return { ...interpretUnwrapped(inner.body, message), element: { index, body: element } };
  });
}

const emptyValue: Interpreted = { outcome: { kind: 'drop', reason: 'tombstone' } };

function interpretUnwrapped(body: unknown, { raw, brokerTime, retentionDays }: EventMessage): Interpreted {
  const outcome = partnerEvent(body, { arrivalMs: brokerTime, raw, retentionDays } satisfies Arrival);
  return outcome.kind === 'deadLetter' ? { outcome, partner: partnerOf(body) } : { outcome };
}

/** As the message names it, where that is a name that can be shown. */
function partnerOf(body: unknown): string {
  const source = typeof body === 'object' && body !== null && 'source' in body ? body.source : undefined;
  return typeof source === 'string' && patterns.source.test(source) ? source : 'partner';
}

/** The meaning of a message that holds one event. */
export function interpretEvent({
  body,
  raw,
  brokerTime,
  trusted,
  retentionDays,
}: EventMessage): Interpretation<BiometricEvent> {
  // A topic may allow more, and a compressed batch can hold far more.
  if (raw.length > topics.events.maxMessageBytes) return refuse('too_large', []);
  if (trusted) return ownEvent(body, retentionDays);
  return partnerEvent(body, { arrivalMs: brokerTime, raw, retentionDays } satisfies Arrival);
}

/**
 * An event that ingest made. Its arrival is the one that ingest noted, however late it was published. It was checked
 * there, and is checked again because a person's mode depends on it. A metric that only a newer ingest knows passes.
 */
function ownEvent(body: unknown, retentionDays: number | undefined): Interpretation<BiometricEvent> {
  const parsed = isEventAsItStands(body)
    ? { success: true as const, data: body }
    : parseInWords(biometricEventSchema, body);
  if (!parsed.success) return refuse('invalid_event', problemsOf(parsed.error));
  const event = parsed.data;
  const measured = parseTimestamp(event.timestamp);
  const received = parseTimestamp(event.received_at);
  if (measured === undefined || received === undefined) {
    return refuse('invalid_event', [{ path: 'timestamp', message: 'must be a date and time that exist' }]);
  }
  // A time without an offset travels as `Z`; the flag says what it was.
  const hasOffset = !event.provenance.flags.includes('no_offset');
  const asReported = (time: Timestamp): Timestamp =>
    hasOffset ? time : { ...time, offsetMinutes: undefined };
  const time = checkTime(asReported(measured), {
    arrivalMs: received.epochMs,
    hasClientId: true,
    retentionDays,
  });
  if (time.kind === 'drop') return time;
  if (time.kind === 'deadLetter') {
    return refuse(time.reason, [{ path: 'timestamp', message: 'must not lie in the future' }]);
  }
  return faultOf(event.readings, received.epochMs, asReported) ?? { kind: 'ok', value: event };
}

/** The first reading that no decision may rest on. */
function faultOf(
  readings: readonly Reading[],
  receivedMs: number,
  asReported: (time: Timestamp) => Timestamp,
): Refusal | undefined {
  for (const reading of readings) {
    const { metric, value, unit, end } = reading;
    const ended = end === undefined ? undefined : parseTimestamp(end);
    if (ended && isAhead(receivedMs, asReported(ended)))
      return refuseReading(
        'future_timestamp',
        [readings.indexOf(reading), 'end'],
        'must not lie in the future',
      );
    const known = metricNamed(metric);
    if (known === undefined) continue;
    if (unit !== known.unit)
      return refuseReading('unknown_unit', [readings.indexOf(reading), 'unit'], `must be ${known.unit}`);
    if (value < known.min || value > known.max) {
      const message = `must lie between ${known.min} and ${known.max} ${unit}`;
      return refuseReading('implausible_value', [readings.indexOf(reading), 'value'], message);
    }
  }
  return undefined;
}

function refuseReading(
  reason: DeadLetterReason,
  [index, field]: readonly [index: number, field: keyof Reading],
  message: string,
): Refusal {
  return refuse(reason, [{ path: `readings.${index}.${field}`, message }]);
}
