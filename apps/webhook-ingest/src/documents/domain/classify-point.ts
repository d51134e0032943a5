import {
  checkTime,
  metricNamed,
  normalizeReading,
  parseTimestamp,
  type DeadLetterReason,
  type Flag,
  type Reading,
} from '@bridge/contracts';
import type { SeriesPoint } from './series-point.ts';

/** A point in the dictionary's unit, with its time. */
export type NormalPoint = {
  readonly reading: Reading & { readonly end: string };
  /** The same for the same moment in any time zone. */
  readonly identity: string;
  readonly endMs: number;
  readonly device: string | undefined;
  readonly flags: ReadonlySet<Flag>;
  readonly raw: unknown;
};

export type PointClass =
  | { readonly kind: 'point'; readonly point: NormalPoint }
  /** Older than the retention period. */
  | { readonly kind: 'dropped' }
  | { readonly kind: 'quarantined'; readonly reason: DeadLetterReason };

/** Implausible values are never corrected silently, and points in the future do not count. */
export function classifyPoint(given: SeriesPoint, arrivalMs: number, retentionDays?: number): PointClass {
  const { metric, value, unit, start, end, context, statistic } = given;
  const to = parseTimestamp(end);
  if (to === undefined) return { kind: 'quarantined', reason: 'invalid_event' };
  const time = checkTime(to, { arrivalMs, hasClientId: true, retentionDays });
  if (time.kind === 'drop') return { kind: 'dropped' };
  if (time.kind === 'deadLetter') return { kind: 'quarantined', reason: time.reason };
  flagged.clear();
  const reading = normalizeReading(
    { path: metric, metric, value, unit: shortUnit(metric, unit), start, end, context, statistic },
    arrivalMs,
    flagged,
  );
  if (reading === undefined) return { kind: 'quarantined', reason: 'no_readings' };
  if ('reason' in reading) return { kind: 'quarantined', reason: reading.reason };
  const placed = Object.assign(reading, { end: reading.end ?? time.timestamp });
  return {
    kind: 'point',
    point: {
      reading: placed,
      identity: identityOf(placed, to.epochMs),
      endMs: to.epochMs,
      device: given.device,
      flags: flagged.size === 0 ? noFlags : new Set(flagged),
      raw: given.raw,
    },
  };
}

const noFlags: ReadonlySet<Flag> = new Set();
/** Reused for every point: most have no flags, and an empty set for each of a million would cost a third of their memory. */
const flagged = new Set<Flag>();

/** The dictionary's unit for another name of it, so that nothing is converted: most points come under one. */
function shortUnit(metric: string, unit: string): string {
  const known = metricNamed(metric);
  const equivalents = known?.equivalents;
  if (known === undefined || equivalents === undefined || !Object.hasOwn(equivalents, unit)) return unit;
  const { factor, offset } = equivalents[unit] ?? {};
  return factor === 1 && offset === undefined ? known.unit : unit;
}

/** Within one metric and device. */
export function identityOf({ start, context, statistic }: Reading, endMs: number): string {
  const startMs = start === undefined ? '' : parseTimestamp(start)?.epochMs;
  return `${startMs ?? ''}|${endMs}|${context ?? ''}|${statistic ?? ''}`;
}
