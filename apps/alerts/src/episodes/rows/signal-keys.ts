import { createHmac } from 'node:crypto';
import type { EventKey } from '@bridge/postgres';
import type { Subject } from '@bridge/vault';
import type { TimedSignal } from '../domain/timed-signal.ts';

/**
 * One key per signal id, with the content of its first signal, hashed under the person's own key: a plain hash of a few readings
 * could be guessed by trying all of them. Rows from before have a plain one; nothing compares the two.
 *
 * @param people By user id.
 */
export function signalKeys(
  signals: readonly TimedSignal[],
  people: ReadonlyMap<string, Subject>,
): EventKey[] {
  const first = new Map(signals.toReversed().map((signal) => [signal.signal_id, signal]));
  return [...first].map(([id, signal]) => ({
    key: Buffer.from(id, 'hex'),
    contentHash: contentHash(signal, people.get(signal.user_id)),
  }));
}

/** Of an erased person nothing is left to say. */
const noContent = Buffer.alloc(8);

function contentHash(signal: TimedSignal, person: Subject | undefined): Buffer {
  if (person === undefined || person.erased) return noContent;
  return createHmac('sha256', person.key.secret())
    .update(`signal|${JSON.stringify(signal)}`)
    .digest()
    .subarray(0, 8);
}
