import {
  checkTime,
  contentHash,
  eventId,
  manualBodySchema,
  normalizeReadings,
  parseInWords,
  parseTimestamp,
  problemsOf,
  rawHash,
  tooOld,
  utc,
  type BiometricEvent,
  type Flag,
  type ManualBody,
  type ObjectIdentity,
  type Problem,
  type Reading,
} from '@bridge/contracts';
import { givenReadings } from './manual-body.ts';

/** A reading with its interpretation. */
export type ManualReading = Reading & {
  /** What became another number or was assumed, in words: `lb → kg`. */
  readonly understood_as?: string;
};

export type ManualResult =
  | { readonly kind: 'ok'; readonly event: BiometricEvent; readonly readings: readonly ManualReading[] }
  | { readonly kind: 'invalid'; readonly reason: string; readonly problems: readonly Problem[] };

type Arrival = {
  readonly raw: Uint8Array;
  readonly arrivalMs: number;
  readonly retentionDays?: number | undefined;
};

const invalid = (reason: string, problems: readonly Problem[]): ManualResult => ({
  kind: 'invalid',
  reason,
  problems,
});

/** Readings by hand as one event, or all their problems, so that the person can correct them. */
export function manualEvent(body: unknown, { raw, arrivalMs, retentionDays }: Arrival): ManualResult {
  const parsed = parseInWords(manualBodySchema, body);
  if (!parsed.success) return invalid('invalid_event', problemsOf(parsed.error));
  const { given, problems } = givenReadings(parsed.data);
  const normal = normalizeReadings(given, arrivalMs);
  if (problems.length > 0 || normal.kind !== 'ok') {
    const others = normal.kind === 'ok' ? [] : normal.problems;
    return invalid(normal.kind === 'ok' ? 'unknown_metric' : normal.reason, [...problems, ...others]);
  }
  const reported = reportedTime(parsed.data, normal.readings);
  if (reported === null) {
    return invalid('invalid_event', [{ path: 'timestamp', message: 'must be an RFC 3339 date and time' }]);
  }
  const clientId = parsed.data.event_id ?? undefined;
  const time = checkTime(reported, { arrivalMs, hasClientId: clientId !== undefined, retentionDays });
  if (time.kind !== 'ok')
    return invalid(time.reason, [{ path: 'timestamp', message: timeProblem(time.reason, retentionDays) }]);
  const flags = new Set<Flag>(normal.flags);
  if (time.flag !== undefined) flags.add(time.flag);
  const device = parsed.data.device_id == null ? {} : { device_id: parsed.data.device_id };
  const content = contentHash({
    event_type: 'manual',
    operation: 'upsert',
    readings: normal.readings,
    ...device,
    ...(reported !== undefined && { reportedAt: reported.text }),
  });
  const object: ObjectIdentity =
    clientId === undefined ? { kind: 'content', id: content } : { kind: 'client', id: clientId };
  const { user_id: userId, version } = { ...parsed.data, version: parsed.data.version ?? 0 };
  return {
    kind: 'ok',
    readings: normal.readings.map((reading, index) => explained(reading, parsed.data.readings[index])),
    event: {
      event_id: eventId({ source: 'manual', userId, object, version }),
      user_id: userId,
      ...device,
      source: 'manual',
      event_type: 'manual',
      timestamp: time.timestamp,
      received_at: utc(arrivalMs),
      version,
      operation: 'upsert',
      readings: normal.readings,
      provenance: {
        ...(clientId !== undefined && { object_id: clientId }),
        object_kind: object.kind,
        reported: 'self_reported',
        content_hash: content,
        raw_sha256: rawHash(raw),
        flags: [...flags],
      },
    },
  };
}

function timeProblem(
  reason: 'future_timestamp' | 'no_identity' | 'out_of_range',
  retentionDays: number | undefined,
): string {
  switch (reason) {
    case 'future_timestamp':
      return 'must not lie in the future';
    case 'no_identity':
      return 'must be given when neither event_id nor the end of a reading is';
    case 'out_of_range':
      return tooOld(retentionDays);
  }
}

/** The body's own time, else that of its newest reading; null when it is none. */
function reportedTime({ timestamp }: ManualBody, readings: readonly Reading[]) {
  if (timestamp != null) return parseTimestamp(timestamp) ?? null;
  const ends = readings.flatMap(({ end }) => (end === undefined ? [] : (parseTimestamp(end) ?? [])));
  return ends.sort((one, two) => two.epochMs - one.epochMs)[0];
}

function explained(reading: Reading, given: ManualBody['readings'][number] | undefined): ManualReading {
  const words: string[] = [];
  if (given?.unit == null) words.push(`in ${reading.unit}, since no unit was given`);
  else if (given.value !== reading.value) words.push(`${given.unit} → ${reading.unit}`);
  if (given !== undefined && given.metric !== reading.metric)
    words.push(`${given.metric} is ${reading.metric}`);
  if (given?.note != null) words.push('its note is not passed on');
  return words.length === 0 ? reading : { ...reading, understood_as: words.join('; ') };
}
