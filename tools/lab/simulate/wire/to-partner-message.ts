import { readingsOf } from './to-biometric-event.ts';
import { rfc3339 } from './rfc3339.ts';
import type { SimulatedEvent } from '../devices/simulated-event.ts';
import { toFlatBody } from './to-flat-body.ts';

/** A partner's full event: what `biometric.events` takes from somebody else, intervals and units included. */
export function toPartnerMessage(event: SimulatedEvent, source = 'partner') {
  return {
    user_id: event.userId,
    device_id: event.deviceId,
    source,
    event_id: event.objectId,
    version: event.version,
    event_type: event.eventType,
    timestamp: rfc3339(event.measuredAt, event.offsetMinutes),
    readings: readingsOf(event),
  };
}

/** A partner's shorthand, with the guides' short names; it loses what a flat body loses. */
export function toPartnerShorthand(event: SimulatedEvent) {
  const { user_id, device_id, event_type, timestamp, context, event_id, version, ...values } =
    toFlatBody(event);
  const metrics = Object.fromEntries(
    Object.entries(values).map(([metric, value]) => [shortNames[metric] ?? metric, value]),
  );
  return {
    user_id,
    device_id,
    event_id,
    version,
    event_type,
    timestamp,
    ...(context && { context }),
    metrics,
  };
}

const shortNames: Readonly<Record<string, string>> = {
  hrv_rmssd: 'hrv',
  readiness_score: 'readiness',
  recovery_score: 'recovery',
};
