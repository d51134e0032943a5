import {
  checkTime,
  metricNamed,
  normalizeReading,
  parseTimestamp,
  type Context,
  type DeadLetterReason,
  type Flag,
  type Problem,
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
  readonly derivedContext?: Context;
  readonly flags: ReadonlySet<Flag>;
  readonly raw: unknown;
};

export type PointClass =
  | { readonly kind: 'point'; readonly point: NormalPoint }
  /** Older than the retention period. */
  | { readonly kind: 'dropped' }
  | { readonly kind: 'quarantined'; readonly reason: DeadLetterReason; readonly problem: Problem };

/** Implausible values are never corrected silently, and points in the future do not count. */
export function classifyPoint(given: SeriesPoint, arrivalMs: number, retentionDays?: number): PointClass {
  const { metric, value, unit, start, end, context, statistic, motion } = given;
  const to = parseTimestamp(end);
  if (to === undefined) return refused('invalid_event', 'time', 'must be an RFC 3339 date and time');
  const time = checkTime(to, { arrivalMs, hasClientId: true, retentionDays });
  if (time.kind === 'drop') return { kind: 'dropped' };
  if (time.kind === 'deadLetter') return refused(time.reason, 'time', 'must not lie in the future');
  flagged.clear();
  const reading = normalizeReading(
    { path: metric, metric, value, unit: shortUnit(metric, unit), start, end, context, statistic, motion },
    arrivalMs,
    flagged,
  );
  if (reading === undefined) return refused('no_readings', metric, 'must be a metric of the dictionary');
  if ('reason' in reading) return { kind: 'quarantined', ...reading };
  const placed = Object.assign(reading, { end: reading.end ?? time.timestamp });
  return {
    kind: 'point',
    point: {
      reading: placed,
      identity: identityOf(placed, to.epochMs),
      endMs: to.epochMs,
      device: given.device,
      ...(given.derivedContext !== undefined && { derivedContext: given.derivedContext }),
      flags: flagged.size === 0 ? noFlags : new Set(flagged),
      raw: given.raw,
    },
  };
}

function refused(reason: DeadLetterReason, path: string, message: string): PointClass {
  return { kind: 'quarantined', reason, problem: { path, message } };
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
