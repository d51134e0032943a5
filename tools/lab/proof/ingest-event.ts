import { contentHash, eventId, topics, utc, type BiometricEvent, type Reading } from '@bridge/contracts';
import type { MakeMessage, OutgoingMessage } from '@bridge/kafka';

export type IngestEvent = {
  readonly userId: string;
  readonly source: string;
  readonly eventType: string;
  readonly object: { readonly kind: 'vendor' | 'client'; readonly id: string };
  readonly version: number;
  readonly operation: BiometricEvent['operation'];
  /** Milliseconds since 1970. */
  readonly measuredAt: number;
  readonly receivedAt: number;
  readonly readings: readonly Reading[];
};

/** Creates an event as webhook-ingest would. */
export function ingestEvent(own: IngestEvent): BiometricEvent {
  const { userId, source, object, version, operation } = own;
  const [timestamp, readings] = [utc(own.measuredAt), [...own.readings]];
  const hash = contentHash({ event_type: own.eventType, reportedAt: timestamp, operation, readings });
  return {
    event_id: eventId({ source, userId, object, version }),
    user_id: userId,
    source,
    event_type: own.eventType,
    timestamp,
    received_at: utc(own.receivedAt),
    version,
    operation,
    readings,
    provenance: {
      object_id: object.id,
      object_kind: object.kind,
      reported: 'sensed',
      content_hash: hash,
      raw_sha256: hash,
      flags: [],
    },
  };
}

/** Creates the message that webhook-ingest would publish: framed, keyed and signed. */
export function ingestMessage(event: BiometricEvent, makeMessage: MakeMessage): OutgoingMessage {
  const { name, value } = topics.events;
  const { event_id: id, user_id: userId, received_at: time } = event;
  return makeMessage({ topic: name, value: event, id, type: value, time, userId });
}
