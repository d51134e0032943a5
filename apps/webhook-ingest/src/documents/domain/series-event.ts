import { contentHash, parseTimestamp, utc, type BiometricEvent, type Reading } from '@bridge/contracts';
import { versioned } from './object-event.ts';
import type { PartChange } from './merge-series.ts';
import { withStepInterval, type StepSpan } from './step-interval.ts';

/**
 * What metrics are events of; the others are of an event type of their own name. None is an `activity`: counters run all day,
 * and cognition takes the pulse of the half hour behind an activity for exertion.
 */
const eventTypes: Readonly<Record<string, string>> = {
  resting_heart_rate: 'heart_rate',
  hrv_rmssd: 'hrv',
  hrv_sdnn: 'hrv',
  blood_pressure_systolic: 'blood_pressure',
  blood_pressure_diastolic: 'blood_pressure',
};

export type SeriesHour = {
  readonly source: string;
  readonly userId: string;
  readonly metric: string;
  readonly device: string | undefined;
  /** Names the hour of this metric and device. */
  readonly keyHex: string;
};

type Arrival = {
  readonly arrivalMs: number;
  readonly rawSha256: string;
  /** What the device's steps that came together were summed over. */
  readonly stepSpan?: StepSpan | undefined;
};

/** A part of a series as an event; a correction has the id of its version. */
export function seriesEvent(
  { source, userId, metric, device, keyHex }: SeriesHour,
  { part, version, readings: points, because }: PartChange,
  { arrivalMs, rawSha256, stepSpan }: Arrival,
): BiometricEvent {
  // It follows from metric and device, which all points of an hour share.
  const context = because.find(({ derivedContext }) => derivedContext !== undefined)?.derivedContext;
  const readings = points.map((point) => {
    const reading = withStepInterval(point, arrivalMs, stepSpan);
    return context === undefined ? reading : { ...reading, context: reading.context ?? context };
  });
  const objectId = `series/${keyHex}/${part}`;
  const event_type = Object.hasOwn(eventTypes, metric) ? (eventTypes[metric] ?? metric) : metric;
  const deviceField = device === undefined ? {} : { device_id: device };
  const content = contentHash({ event_type, ...deviceField, operation: 'upsert', readings });
  const event = {
    user_id: userId,
    ...deviceField,
    source,
    event_type,
    timestamp: newestEnd(readings) ?? utc(arrivalMs),
    received_at: utc(arrivalMs),
    operation: 'upsert' as const,
    readings,
    provenance: {
      object_id: objectId,
      object_kind: 'vendor' as const,
      reported: 'sensed' as const,
      content_hash: content,
      raw_sha256: rawSha256,
      flags: [...new Set(because.flatMap(({ flags }) => [...flags]))],
    },
  };
  return versioned(event, objectId, version);
}

function newestEnd(readings: readonly Reading[]): string | undefined {
  let newest: { readonly text: string; readonly ms: number } | undefined;
  for (const { end } of readings) {
    const ms = end === undefined ? undefined : parseTimestamp(end)?.epochMs;
    if (end !== undefined && ms !== undefined && ms >= (newest?.ms ?? -Infinity)) newest = { text: end, ms };
  }
  return newest?.text;
}
