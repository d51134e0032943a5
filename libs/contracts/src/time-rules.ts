import { defaultRetentionDays } from './retention.ts';
import { utc, type Timestamp } from './timestamp.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** How far clocks may disagree. */
const allowedAheadMs = 5 * minute;

export type TimeVerdict =
  | {
      readonly kind: 'ok';
      readonly timestamp: string;
      readonly flag?: 'time_assumed' | 'local_clock' | 'no_offset';
    }
  | { readonly kind: 'drop'; readonly reason: 'out_of_range' }
  | { readonly kind: 'deadLetter'; readonly reason: 'future_timestamp' | 'no_identity' };

/** What a reported time is judged by. */
type TimeContext = {
  readonly arrivalMs: number;
  readonly hasClientId: boolean;
  /** Default: `defaultRetentionDays`. */
  readonly retentionDays?: number | undefined;
};

/**
 * Whether a reported time lies ahead of its arrival, beyond what clocks may disagree. One without an offset is never refused:
 * it may be a local clock, and cognition, which knows the device, decides what it means.
 */
export function isAhead(arrivalMs: number, { epochMs, offsetMinutes }: Timestamp): boolean {
  return offsetMinutes !== undefined && epochMs - arrivalMs > allowedAheadMs;
}

/**
 * When an event counts as measured. `arrivalMs` is the broker's time for a partner's message and the time of
 * acceptance at ingest. An assumed time is flagged; it is no part of the event's content. What is older than the retention is
 * out of range, so that no event outlives its key.
 */
export function checkTime(
  reported: Timestamp | undefined,
  { arrivalMs, hasClientId, retentionDays = defaultRetentionDays }: TimeContext,
): TimeVerdict {
  if (reported === undefined) {
    if (!hasClientId) return { kind: 'deadLetter', reason: 'no_identity' };
    return { kind: 'ok', timestamp: utc(arrivalMs), flag: 'time_assumed' };
  }
  if (arrivalMs - reported.epochMs > retentionDays * day) return { kind: 'drop', reason: 'out_of_range' };
  if (isAhead(arrivalMs, reported)) return { kind: 'deadLetter', reason: 'future_timestamp' };
  const { text, offsetMinutes } = reported;
  return { kind: 'ok', timestamp: text, ...(offsetMinutes === undefined && { flag: 'no_offset' }) };
}
