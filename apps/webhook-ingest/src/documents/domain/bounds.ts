import { realOffset, type Flag, type Timestamp } from '@bridge/contracts';
import type { FieldReader } from './field-reader.ts';
import { withOffset } from './with-offset.ts';

type Given = {
  readonly start: Timestamp | undefined;
  readonly end: Timestamp | undefined;
  /** From start to end, as far as another field says so. */
  readonly durationMs?: number | undefined;
  /** The path of the end, for problems. */
  readonly endPath: string;
  /** The local day, or another time that stands in for both. */
  readonly fallback?: string | undefined;
  readonly offsetMinutes?: number | undefined;
};

/** When something was. */
export type Bounds = {
  /** The end if it is known. */
  readonly timestamp: string;
  /** Both, or none: half of an interval says nothing. */
  readonly period: { readonly start?: string; readonly end?: string };
  readonly startMs: number | undefined;
  readonly endMs: number | undefined;
  readonly flags: readonly Flag[];
};

/**
 * The bounds of a measurement of which one may be missing. An end before its start costs the start. Undefined if there is
 * no time at all.
 */
export function boundsOf(read: FieldReader, given: Given): Bounds | undefined {
  const { end, durationMs, endPath, fallback, offsetMinutes } = given;
  const write = ({ text, epochMs }: Timestamp) =>
    offsetMinutes === undefined ? text : withOffset(epochMs, offsetMinutes);
  const isTurned = given.start !== undefined && end !== undefined && end.epochMs <= given.start.epochMs;
  if (isTurned) read.lose({ why: 'implausible', path: endPath, message: 'must lie after the start' });
  const start = isTurned ? undefined : given.start;
  if (start !== undefined && end !== undefined) {
    const [from, to] = [write(start), write(end)];
    const times = { startMs: start.epochMs, endMs: end.epochMs };
    return { timestamp: to, period: { start: from, end: to }, ...times, flags: [] };
  }
  if (end !== undefined)
    return { timestamp: write(end), period: {}, startMs: undefined, endMs: end.epochMs, flags: [] };
  const flags = ['time_assumed'] as const;
  if (start === undefined) {
    return fallback === undefined
      ? undefined
      : { timestamp: fallback, period: {}, startMs: undefined, endMs: undefined, flags };
  }
  if (durationMs === undefined || !(durationMs > 0))
    return { timestamp: write(start), period: {}, startMs: start.epochMs, endMs: undefined, flags };
  const endMs = start.epochMs + Math.round(durationMs);
  const to = withOffset(endMs, offsetMinutes ?? realOffset(start));
  return { timestamp: to, period: { start: write(start), end: to }, startMs: start.epochMs, endMs, flags };
}

/** The longest sleep that vendors count as a nap. */
const longestNapMs = 3 * 3_600_000;

/** Whether a sleep that does not say so is a nap. One of unknown length is none. */
export function isShort({ startMs, endMs }: Bounds): boolean {
  return startMs !== undefined && endMs !== undefined && endMs - startMs < longestNapMs;
}

/** A document that says nothing of when it was. */
export function withoutTime(read: FieldReader, objectId: string, path: string) {
  const message = 'must be given, or another time';
  return { kind: 'quarantined', objectId, problems: [...read.lost, { path, message }].slice(-20) } as const;
}
