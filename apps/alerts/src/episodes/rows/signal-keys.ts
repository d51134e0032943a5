import { hash } from 'node:crypto';
import type { EventKey } from '@bridge/postgres';
import type { TimedSignal } from '../domain/timed-signal.ts';

/** One key per signal id, with the content of its first signal. */
export function signalKeys(signals: readonly TimedSignal[]): EventKey[] {
  const first = new Map(signals.toReversed().map((signal) => [signal.signal_id, signal]));
  return [...first].map(([id, signal]) => ({
    key: Buffer.from(id, 'hex'),
    contentHash: hash('sha256', JSON.stringify(signal), 'buffer').subarray(0, 8),
  }));
}
