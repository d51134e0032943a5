import { utc, type Timestamp } from './timestamp.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How far clocks may disagree. */
export const allowedAheadMs = 5 * minute;
/** How far ahead of UTC a local clock can be. */
export const localClockAheadMs = 14 * hour;
/** As long as `biometric_events` and event keys are kept, so that no event outlives its key. */
export const keptMs = 400 * day;

export type TimeVerdict =
  | { readonly kind: 'ok'; readonly timestamp: string; readonly flag?: 'time_assumed' | 'local_clock' }
  | { readonly kind: 'drop'; readonly reason: 'out_of_range' }
  | { readonly kind: 'deadLetter'; readonly reason: 'future_timestamp' | 'no_identity' };

/**
 * When an event counts as measured. `arrivalMs` is the broker's time for a partner's message and the time of
 * acceptance at ingest. An assumed time is flagged; it is no part of the event's content.
 */
export function checkTime(
  reported: Timestamp | undefined,
  { arrivalMs, hasClientId }: { readonly arrivalMs: number; readonly hasClientId: boolean },
): TimeVerdict {
  if (reported === undefined) {
    if (!hasClientId) return { kind: 'deadLetter', reason: 'no_identity' };
    return { kind: 'ok', timestamp: utc(arrivalMs), flag: 'time_assumed' };
  }
  const aheadMs = reported.epochMs - arrivalMs;
  if (-aheadMs > keptMs) return { kind: 'drop', reason: 'out_of_range' };
  if (reported.offsetMinutes === undefined && aheadMs > 0 && aheadMs <= localClockAheadMs) {
    return { kind: 'ok', timestamp: utc(arrivalMs), flag: 'local_clock' };
  }
  if (aheadMs > allowedAheadMs) return { kind: 'deadLetter', reason: 'future_timestamp' };
  return { kind: 'ok', timestamp: reported.text };
}
