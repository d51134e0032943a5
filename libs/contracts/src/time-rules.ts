import { defaultRetentionDays } from './retention.ts';
import { utc, type Timestamp } from './timestamp.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How far clocks may disagree. */
const allowedAheadMs = 5 * minute;
/** How far ahead of UTC a local clock can be. */
const localClockAheadMs = 14 * hour;

export type TimeVerdict =
  | { readonly kind: 'ok'; readonly timestamp: string; readonly flag?: 'time_assumed' | 'local_clock' }
  | { readonly kind: 'drop'; readonly reason: 'out_of_range' }
  | { readonly kind: 'deadLetter'; readonly reason: 'future_timestamp' | 'no_identity' };

/** What a reported time is judged by. */
type TimeContext = {
  readonly arrivalMs: number;
  readonly hasClientId: boolean;
  /** Default: `defaultRetentionDays`. */
  readonly retentionDays?: number | undefined;
};

/** `local_clock`: no offset, and as far ahead of UTC as a local clock can be. */
export type Ahead = 'no' | 'local_clock' | 'future';

/** Whether a reported time lies ahead of its arrival, beyond what clocks may disagree. */
export function aheadOf(arrivalMs: number, { epochMs, offsetMinutes }: Timestamp): Ahead {
  const aheadMs = epochMs - arrivalMs;
  if (offsetMinutes === undefined && aheadMs > 0 && aheadMs <= localClockAheadMs) return 'local_clock';
  return aheadMs > allowedAheadMs ? 'future' : 'no';
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
  switch (aheadOf(arrivalMs, reported)) {
    case 'no':
      return { kind: 'ok', timestamp: reported.text };
    case 'local_clock':
      return { kind: 'ok', timestamp: utc(arrivalMs), flag: 'local_clock' };
    case 'future':
      return { kind: 'deadLetter', reason: 'future_timestamp' };
  }
}
