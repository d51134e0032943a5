import type { BiometricEvent, Flag } from './biometric-event.ts';
import { contentHash, eventId, rawHash, type ObjectIdentity } from './identity.ts';
import { refuse, type Interpretation } from './interpretation.ts';
import { normalizeReadings, type GivenReading } from './normalize-readings.ts';
import type { Context } from './reading.ts';
import { checkTime } from './time-rules.ts';
import { parseTimestamp, utc } from './timestamp.ts';

/** The content of a partner's message or a flat body, fields checked one by one. */
export type EventDraft = {
  readonly userId: string;
  readonly deviceId: string | undefined;
  readonly source: string;
  readonly eventType: string;
  /** As reported, with or without offset. */
  readonly timestamp: string | undefined;
  readonly clientId: string | undefined;
  readonly version: number;
  readonly operation: BiometricEvent['operation'];
  /** Of every reading that has none of its own. */
  readonly context: Context | undefined;
  /** Those of a delete are ignored: a change log deletes a row as it was. */
  readonly readings: readonly GivenReading[];
};

export type Arrival = {
  /** The broker's time for a partner's message, the time of acceptance at ingest. */
  readonly arrivalMs: number;
  /** The bytes as they arrived. */
  readonly raw: Uint8Array;
  /** What is older is out of range. Default: `defaultRetentionDays`. */
  readonly retentionDays?: number | undefined;
};

/** Gives a draft its readings, time and identity, in that order; the first that fails is the reason. */
export function completeEvent(
  draft: EventDraft,
  { arrivalMs, raw, retentionDays }: Arrival,
): Interpretation<BiometricEvent, 'out_of_range'> {
  const reported = draft.timestamp === undefined ? undefined : parseTimestamp(draft.timestamp);
  if (draft.timestamp !== undefined && reported === undefined) {
    return refuse('invalid_event', [{ path: 'timestamp', message: 'must be an RFC 3339 date and time' }]);
  }
  const normal = normalizeReadings(draft.operation === 'delete' ? [] : draft.readings, arrivalMs);
  if (normal.kind !== 'ok') return normal;
  const { readings, flags } = normal;
  const misuse = checkOperation(draft, readings.length);
  if (misuse !== undefined) return misuse;

  const time = checkTime(reported, { arrivalMs, hasClientId: draft.clientId !== undefined, retentionDays });
  if (time.kind === 'drop') return time;
  if (time.kind === 'deadLetter')
    return refuse(time.reason, [{ path: 'timestamp', message: timeProblem[time.reason] }]);
  if (time.flag !== undefined) flags.add(time.flag);

  if (draft.context !== undefined) for (const reading of readings) reading.context ??= draft.context;
  const { source, userId, version } = draft;
  const content = contentHash({
    event_type: draft.eventType,
    ...(draft.deviceId !== undefined && { device_id: draft.deviceId }),
    ...(reported && { reportedAt: reported.text }),
    operation: draft.operation,
    readings,
  });
  const object: ObjectIdentity =
    draft.clientId === undefined ? { kind: 'content', id: content } : { kind: 'client', id: draft.clientId };
  return {
    kind: 'ok',
    value: {
      event_id: eventId({ source, userId, object, version }),
      user_id: userId,
      ...(draft.deviceId !== undefined && { device_id: draft.deviceId }),
      source,
      event_type: draft.eventType,
      timestamp: time.timestamp,
      received_at: utc(arrivalMs),
      version,
      operation: draft.operation,
      readings,
      provenance: {
        ...(draft.clientId !== undefined && { object_id: draft.clientId }),
        object_kind: object.kind,
        reported: source === 'manual' ? 'self_reported' : 'sensed',
        content_hash: content,
        raw_sha256: rawHash(raw),
        flags: [...flags] satisfies Flag[],
      },
    },
  };
}

const timeProblem = {
  future_timestamp: 'must not lie in the future',
  no_identity: 'must be given when there is no event_id',
} as const;

function checkOperation({ operation, clientId, version }: EventDraft, readings: number) {
  if (operation === 'upsert') {
    if (readings > 0) return undefined;
    return refuse('no_readings', [
      { path: 'metrics', message: 'must hold at least one metric of the dictionary' },
    ]);
  }
  // A delete is a version above all seen: without one it would read as the upsert that it deletes.
  if (clientId !== undefined && version > 0) return undefined;
  return refuse('invalid_event', [
    { path: 'version', message: 'a delete needs the event_id and a version above it' },
  ]);
}
