import { retryAfterMs } from '@bridge/core';
import type { FailureReason, ReceiverAnswer, SendResult } from './channel.ts';

/** A receiver may ask for a pause, but not forever. */
const longestPauseMs = 86_400_000;

/** Faults of ours: the same content and settings never get further. */
const ownFaults: ReadonlySet<FailureReason> = new Set(['settings', 'template']);

/**
 * What an answer over HTTP means. `refusesForGood`: the receiver documents that a 4xx of a request stays one; otherwise it
 * may pass, as for a webhook whose address is deployed a minute later.
 */
export function judgeAnswer(answer: ReceiverAnswer, now: number, refusesForGood: boolean): SendResult {
  if (answer.kind === 'failed') {
    return { kind: ownFaults.has(answer.reason) ? 'refused' : 'failed', reason: answer.reason };
  }
  const { status, headers } = answer;
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  if (status === 410) return { kind: 'gone', status };
  if (status < 400) return { kind: 'failed', reason: 'redirect', status };
  const pause = retryAfterMs(headers['retry-after'], now);
  const retry = pause !== undefined && { retryAfterMs: Math.min(longestPauseMs, Math.max(0, pause)) };
  if (status === 429) return { kind: 'failed', reason: 'rate_limited', status, ...retry };
  if (status >= 500) return { kind: 'failed', reason: 'server_error', status, ...retry };
  const isPassing = status === 408 || status === 425 || !refusesForGood;
  return isPassing
    ? { kind: 'failed', reason: 'rejected', status, ...retry }
    : { kind: 'refused', reason: 'rejected', status };
}
