import { contentHash, eventId, topics, utc, type BiometricEvent, type Reading } from '@bridge/contracts';
import {
  cloudEventHeaders,
  signatureHeader,
  type Codec,
  type MessageSigner,
  type OutgoingMessage,
} from '@bridge/kafka';

const topic = topics.events.name;

export type EventInput = {
  readonly nr: number;
  readonly userId: string;
  readonly source: BiometricEvent['source'];
  readonly eventType: string;
  readonly readings: readonly Reading[];
  /** Time of measurement and receipt, in milliseconds since 1970. */
  readonly at: number;
};

/** An event as ingest would publish it: framed, keyed by person, signed. */
export function eventMessage(
  measured: EventInput,
  { codec, signer }: { readonly codec: Codec; readonly signer: MessageSigner },
): OutgoingMessage & { readonly eventId: string } {
  const event = eventOf(measured);
  const { event_id, user_id, received_at } = event;
  const value = codec.encode(topic, event);
  const about = { id: event_id, type: topics.events.value, time: received_at, userId: user_id };
  const headers = {
    ...cloudEventHeaders({ ...about, source: 'webhook-ingest' }),
    [signatureHeader]: signer.sign({ topic, key: user_id, value }),
  };
  return { topic, key: user_id, value, headers, eventId: event_id };
}

function eventOf({ nr, userId, source, eventType, readings, at }: EventInput): BiometricEvent {
  const time = utc(at);
  const object = { kind: 'client' as const, id: `bench-${nr}` };
  const content = { event_type: eventType, operation: 'upsert' as const, reportedAt: time, readings };
  const hash = contentHash(content);
  return {
    event_id: eventId({ source, userId, object, version: 0 }),
    user_id: userId,
    source,
    event_type: eventType,
    timestamp: time,
    received_at: time,
    version: 0,
    operation: 'upsert',
    readings: [...readings],
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

/** Readings that switch a person to reflex, and others that switch back. */
export function recoveryReadings(strained: boolean): Reading[] {
  return [
    { metric: 'hrv_rmssd', value: strained ? 22 : 55, unit: 'ms' },
    { metric: 'readiness_score', value: strained ? 58 : 84, unit: '{score}' },
  ];
}
