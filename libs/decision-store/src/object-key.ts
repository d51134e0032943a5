import { eventId, type BiometricEvent } from '@bridge/contracts';

/**
 * The id that version 0 of an event's object has or would have; it stands for the object. Content has no object.
 */
export function objectKeyOf(event: BiometricEvent): string | undefined {
  const { object_id: id, object_kind: kind } = event.provenance;
  if (id === undefined || kind === 'content') return undefined;
  if (event.version === 0) return event.event_id;
  return eventId({ source: event.source, userId: event.user_id, object: { kind, id }, version: 0 });
}
