import { biometricEventSchema, type BiometricEvent } from './biometric-event.ts';
import type { Arrival } from './complete-event.ts';
import { isEventAsItStands } from './event-as-it-stands.ts';
import { problemsOf, refuse, type DeadLetterReason, type Interpretation } from './interpretation.ts';
import { metricNamed } from './metrics.ts';
import { partnerEvent } from './partner-message.ts';
import type { Reading } from './reading.ts';
import { aheadOf, checkTime } from './time-rules.ts';
import { parseTimestamp } from './timestamp.ts';
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

/** The meaning of one message on `biometric.events`. */
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
    : biometricEventSchema.safeParse(body);
  if (!parsed.success) return refuse('invalid_event', problemsOf(parsed.error));
  const event = parsed.data;
  const measured = parseTimestamp(event.timestamp);
  const received = parseTimestamp(event.received_at);
  if (measured === undefined || received === undefined) {
    return refuse('invalid_event', [{ path: 'timestamp', message: 'must be a date and time that exist' }]);
  }
  const time = checkTime(measured, { arrivalMs: received.epochMs, hasClientId: true, retentionDays });
  if (time.kind === 'drop') return time;
  if (time.kind === 'deadLetter') return refuse(time.reason, []);
  const fault = faultOf(event.readings, received.epochMs);
  return fault === undefined ? { kind: 'ok', value: event } : refuse(fault, []);
}

function faultOf(readings: readonly Reading[], receivedMs: number): DeadLetterReason | undefined {
  for (const { metric, value, unit, end } of readings) {
    const ended = end === undefined ? undefined : parseTimestamp(end);
    if (ended && aheadOf(receivedMs, ended) === 'future') return 'future_timestamp';
    const known = metricNamed(metric);
    if (known === undefined) continue;
    if (unit !== known.unit) return 'unknown_unit';
    if (value < known.min || value > known.max) return 'implausible_value';
  }
  return undefined;
}
