import type { DeliveryStatus } from '@bridge/contracts';
import type { SendResult } from '../../channels/channel.ts';
import { retryDelay } from './retry-schedule.ts';

/** What an attempt has made of its delivery. */
export type Settlement =
  | { readonly status: Exclude<DeliveryStatus, 'pending'> }
  /** The next attempt is due then, in milliseconds since 1970. */
  | { readonly status: 'pending'; readonly dueAt: number };

/** @param attempt Since the delivery was made or last sent again, from 1. @param random From 0 to 1. */
export function settle(
  result: SendResult,
  attempt: number,
  { now, random }: { readonly now: number; readonly random: number },
): Settlement {
  if (result.kind !== 'failed') return { status: result.kind };
  const delay = retryDelay(attempt, result.retryAfterMs, random);
  return delay === undefined ? { status: 'exhausted' } : { status: 'pending', dueAt: now + delay };
}
