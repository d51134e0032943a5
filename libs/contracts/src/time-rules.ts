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

/** `local_clock`: ahead, and without an offset, so that it may be a local time. It never counts as to come. */
export type Ahead = 'no' | 'local_clock' | 'future';

/** Whether a reported time lies ahead of its arrival, beyond what clocks may disagree. */
export function aheadOf(arrivalMs: number, { epochMs, offsetMinutes }: Timestamp): Ahead {
  const aheadMs = epochMs - arrivalMs;
  if (offsetMinutes === undefined && aheadMs > 0) return 'local_clock';
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
      return {
        ...{ kind: 'ok', timestamp: reported.text },
        ...(reported.offsetMinutes === undefined && { flag: 'no_offset' }),
      };
    case 'local_clock':
      return { kind: 'ok', timestamp: utc(arrivalMs), flag: 'local_clock' };
    case 'future':
      return { kind: 'deadLetter', reason: 'future_timestamp' };
  }
}
