import {
  contentHash,
  eventId,
  metrics,
  parseTimestamp,
  rawHash,
  utc,
  type BiometricEvent,
  type Reading,
} from '@bridge/contracts';
import { rfc3339 } from './rfc3339.ts';
import type { SimulatedEvent } from '../devices/simulated-event.ts';

/** The event as our ingest would put it on `biometric.events`. */
export function toBiometricEvent(event: SimulatedEvent): BiometricEvent {
  const { source, userId, deviceId, objectId, version, eventType } = event;
  const timestamp = timeText(event.measuredAt, event);
  const readings = readingsOf(event);
  const content = { event_type: eventType, device_id: deviceId, operation: 'upsert', readings } as const;
  const kind = source === 'oura' || source === 'whoop' ? 'vendor' : 'client';
  return {
    event_id: eventId({ source, userId, object: { kind, id: objectId }, version }),
    user_id: userId,
    device_id: deviceId,
    source,
    event_type: eventType,
    timestamp,
    received_at: utc(event.receivedAt),
    version,
    operation: 'upsert',
    readings,
    provenance: {
      object_id: objectId,
      object_kind: kind,
      reported: source === 'manual' ? 'self_reported' : 'sensed',
      content_hash: contentHash({ ...content, reportedAt: timestamp }),
      raw_sha256: rawHash(Buffer.from(JSON.stringify({ objectId, version, readings }))),
      flags: [],
    },
  };
}

export function readingsOf(event: SimulatedEvent): Reading[] {
  return event.readings.map(({ start, end, ...reading }) => ({
    ...reading,
    unit: metrics[reading.metric].unit,
    ...(start !== undefined && { start: timeText(start, event) }),
    ...(end !== undefined && { end: timeText(end, event) }),
  }));
}

/** In the one spelling that the contracts write. */
function timeText(epochMs: number, { offsetMinutes }: SimulatedEvent): string {
  const text = rfc3339(epochMs, offsetMinutes);
  return parseTimestamp(text)?.text ?? text;
}
