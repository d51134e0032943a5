import {
  metrics,
  utc,
  type BiometricEvent,
  type Context,
  type Reading,
  type Statistic,
} from '@bridge/contracts';
import type { MetricName } from '@bridge/contracts';
import { localText } from './clock.ts';
import { mixSeed } from './random.ts';

export type Motion = 'active' | 'sedentary';

export type ReadingDraft = {
  readonly metric: MetricName;
  readonly value: number;
  readonly start?: number;
  readonly end?: number;
  readonly context?: Context;
  readonly statistic?: Statistic;
  readonly motion?: Motion | undefined;
};

/** An event whose times are still numbers. */
export type EventDraft = {
  readonly source: string;
  readonly deviceId?: string;
  readonly eventType: string;
  readonly objectId: string;
  readonly version?: number;
  readonly at: number;
  readonly receivedAt: number;
  readonly offsetMinutes: number;
  readonly readings: readonly ReadingDraft[];
  readonly flags?: readonly string[];
};

/** The event as ingest would put it on the topic. `nr`: its place among the person's events. */
export function toBiometricEvent(
  draft: EventDraft,
  { userId, seed }: { readonly userId: string; readonly seed: number },
  nr: number,
): BiometricEvent {
  const id = idOf(seed, nr);
  return {
    event_id: id,
    user_id: userId,
    ...(draft.deviceId !== undefined && { device_id: draft.deviceId }),
    source: draft.source,
    event_type: draft.eventType,
    timestamp: localText(draft.at, draft.offsetMinutes),
    received_at: utc(draft.receivedAt),
    version: draft.version ?? 0,
    operation: 'upsert',
    readings: draft.readings.map((reading) => toReading(reading, draft.offsetMinutes)),
    provenance: {
      object_id: draft.objectId,
      object_kind: 'vendor',
      reported: draft.source === 'manual' ? 'self_reported' : 'sensed',
      content_hash: id + id,
      raw_sha256: id + id,
      flags: [...(draft.flags ?? [])],
    },
  };
}

function toReading(draft: ReadingDraft, offset: number): Reading & { readonly motion?: Motion } {
  const { metric, value, start, end, context, statistic, motion } = draft;
  return {
    metric,
    value,
    unit: metrics[metric].unit,
    ...(start !== undefined && { start: localText(start, offset) }),
    ...(end !== undefined && { end: localText(end, offset) }),
    ...(context !== undefined && { context }),
    ...(statistic !== undefined && { statistic }),
    ...(motion !== undefined && { motion }),
  };
}

/** 32 hex digits that look like a hash: engines tell events apart by the first of them. */
function idOf(seed: number, nr: number): string {
  return ['a', 'b', 'c', 'd'].map((part) => mixSeed(seed, part, nr).toString(16).padStart(8, '0')).join('');
}

/** To so many decimals, as a vendor gives it. */
export function rounded(value: number, decimals = 0): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}
