import type { Context } from '@bridge/contracts';
import { rfc3339 } from './rfc3339.ts';
import type { SimulatedEvent, SimulatedReading } from '../devices/simulated-event.ts';

export type FlatBody = Readonly<Record<string, string | number>>;

/**
 * The guides' body for `POST /webhooks/<source>`. It has one value per metric and one context: of a series the newest
 * sample, of a mean and its extremes the first; intervals are lost.
 */
export function toFlatBody(event: SimulatedEvent): FlatBody {
  const newest = new Map<string, SimulatedReading>();
  for (const reading of event.readings) {
    const known = newest.get(reading.metric);
    if (!known || (reading.end ?? 0) > (known.end ?? 0)) newest.set(reading.metric, reading);
  }
  const chosen = [...newest.values()];
  const context = sharedContext(chosen);
  return {
    user_id: event.userId,
    device_id: event.deviceId,
    event_id: event.objectId,
    event_type: event.eventType,
    version: event.version,
    timestamp: rfc3339(event.measuredAt, event.offsetMinutes),
    ...(context && { context }),
    ...Object.fromEntries(chosen.map(({ metric, value }) => [metric, value])),
  };
}

/** Returns the value on which all readings with a value agree. */
function sharedContext(readings: readonly SimulatedReading[]): Context | undefined {
  const contexts = new Set(readings.flatMap(({ context }) => context ?? []));
  const [only] = contexts;
  return contexts.size === 1 ? only : undefined;
}
