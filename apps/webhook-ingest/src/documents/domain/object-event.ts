import {
  checkTime,
  contentHash,
  eventId,
  maxReadings,
  normalizeReadings,
  parseTimestamp,
  utc,
  type BiometricEvent,
  type DeadLetterReason,
  type Flag,
  type Problem,
} from '@bridge/contracts';
import type { NormalObject } from './normalized.ts';
import { dayTime, type PersonZone } from './person-zone.ts';
import { withOffset } from './with-offset.ts';

/** An event that has no version yet, and so no id. */
export type UnversionedEvent = Omit<BiometricEvent, 'event_id' | 'version'>;

export type MadeEvent =
  | { readonly kind: 'event'; readonly event: UnversionedEvent; readonly objectId: string }
  /** Older than the retention period. */
  | { readonly kind: 'dropped'; readonly reason: 'out_of_range' }
  | {
      readonly kind: 'quarantined';
      readonly reason: DeadLetterReason;
      readonly problems: readonly Problem[];
    };

type Arrival = {
  readonly source: string;
  readonly userId: string;
  readonly arrivalMs: number;
  /** What is older is dropped. */
  readonly retentionDays?: number | undefined;
  /** SHA-256 of the document as it came, hex. */
  readonly rawSha256: string;
  /** Where a document counts that has a day and no time. */
  readonly zone: PersonZone;
};

/** The event in the dictionary's units, or why there is none: implausible values are never corrected silently. */
export function objectEvent(
  object: NormalObject,
  { source, userId, arrivalMs, retentionDays, rawSha256, zone }: Arrival,
): MadeEvent {
  const reported = reportedTime(object.timestamp, { arrivalMs, retentionDays, zone });
  if (reported === undefined)
    return quarantined('invalid_event', 'timestamp', 'must be an RFC 3339 date and time');
  const normal = normalizeReadings(object.readings, arrivalMs);
  if (normal.kind !== 'ok') return { kind: 'quarantined', reason: normal.reason, problems: normal.problems };
  const { time } = reported;
  if (time.kind === 'drop') return { kind: 'dropped', reason: time.reason };
  if (time.kind === 'deadLetter') return quarantined(time.reason, 'timestamp', 'must not lie in the future');
  const flags = new Set<Flag>([...(object.flags ?? []), ...normal.flags]);
  if (time.flag !== undefined) flags.add(time.flag);
  const device = object.deviceId === undefined ? {} : { device_id: object.deviceId };
  const content = contentHash({
    event_type: object.eventType,
    ...device,
    reportedAt: reported.text,
    operation: 'upsert',
    readings: normal.readings,
  });
  const event: UnversionedEvent = {
    user_id: userId,
    ...device,
    source,
    event_type: object.eventType,
    timestamp: time.timestamp,
    received_at: utc(arrivalMs),
    operation: 'upsert',
    readings: normal.readings,
    provenance: {
      object_id: object.objectId,
      object_kind: 'vendor',
      reported: object.reported,
      content_hash: content,
      raw_sha256: rawSha256,
      flags: [...flags],
    },
  };
  return { kind: 'event', event, objectId: object.objectId };
}

/** The event that withdraws an object. Its time is that of its arrival: the vendor gives none. */
export function withdrawal(
  objectId: string,
  { source, userId, arrivalMs, rawSha256 }: Omit<Arrival, 'zone'>,
): UnversionedEvent {
  const event_type = 'withdrawn';
  return {
    user_id: userId,
    source,
    event_type,
    timestamp: utc(arrivalMs),
    received_at: utc(arrivalMs),
    operation: 'delete',
    readings: [],
    provenance: {
      object_id: objectId,
      object_kind: 'vendor',
      reported: 'sensed',
      content_hash: contentHash({ event_type, operation: 'delete', readings: [] }),
      raw_sha256: rawSha256,
      flags: ['time_assumed'],
    },
  };
}

export function versioned(event: UnversionedEvent, objectId: string, version: number): BiometricEvent {
  const object = { kind: 'vendor', id: objectId } as const;
  return {
    event_id: eventId({ source: event.source, userId: event.user_id, object, version }),
    version,
    ...event,
  };
}

/** An object with more readings than an event may hold, as several with stable ids: `x`, `x#2`, `x#3`, … */
export function partsOf(object: NormalObject): NormalObject[] {
  const count = Math.max(1, Math.ceil(object.readings.length / maxReadings));
  return Array.from({ length: count }, (_, nr) => ({
    ...object,
    objectId: partId(object.objectId, nr + 1),
    readings: object.readings.slice(nr * maxReadings, (nr + 1) * maxReadings),
  }));
}

export function partId(objectId: string, nr: number): string {
  return nr === 1 ? objectId : `${objectId}#${nr}`;
}

/**
 * A day alone is measured at its noon where the person is, or when it arrived while that is still to come. The assumption is
 * no part of its content, which has the noon in UTC: a later zone re-dates nothing.
 */
function reportedTime(
  text: string,
  { arrivalMs, retentionDays, zone }: Pick<Arrival, 'arrivalMs' | 'retentionDays' | 'zone'>,
) {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const reported = parseTimestamp(isDay ? `${text}T12:00:00Z` : text);
  if (reported === undefined) return undefined;
  const assumed = isDay ? dayTime(text, zone, arrivalMs) : undefined;
  const counted = assumed && parseTimestamp(withOffset(assumed.atMs, assumed.offsetMinutes));
  const time = checkTime(counted ?? reported, { arrivalMs, hasClientId: true, retentionDays });
  const isAssumed = counted !== undefined && time.kind === 'ok';
  return { text: reported.text, time: isAssumed ? { ...time, flag: 'time_assumed' as const } : time };
}

function quarantined(reason: DeadLetterReason, path: string, message: string): MadeEvent {
  return { kind: 'quarantined', reason, problems: [{ path, message }] };
}
