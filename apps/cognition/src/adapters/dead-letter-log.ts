import type { Log } from '@bridge/core';
import type { Refusal } from '../decide-batch.ts';

const everyMs = 60_000;
/** Partners name themselves, so there may be any number of names. */
const mostKinds = 500;

export type DeadLetterLog = (refused: readonly Refusal[]) => void;

/**
 * Logs dead letters, of each reason and partner one line a minute. A line names the field at fault and counts those that
 * had no line since the last one.
 */
export function createDeadLetterLog(log: Log, now: () => number): DeadLetterLog {
  const kinds = new Map<string, { since: number; held: number }>();

  function kindOf({ reason, partner = '' }: Refusal, at: number): string {
    const kind = `${reason} ${partner}`;
    if (kinds.has(kind) || kinds.size < mostKinds) return kind;
    for (const [name, { since }] of kinds) if (since + everyMs <= at) kinds.delete(name);
    return kinds.size < mostKinds ? kind : reason;
  }

  return function logDeadLetters(refused) {
    for (const letter of refused) {
      if (letter.kind !== 'deadLetter') continue;
      const at = now();
      const kind = kindOf(letter, at);
      const last = kinds.get(kind);
      if (last !== undefined && at - last.since < everyMs) {
        last.held += 1;
        continue;
      }
      kinds.set(kind, { since: at, held: 0 });
      const { reason, partner, fault, message } = letter;
      const { topic, partition, offset } = message;
      log.warn('a message became a dead letter', {
        ...{ reason, topic, partition, offset, count: 1 + (last?.held ?? 0) },
        ...(partner !== undefined && { source: partner }),
        ...(fault !== undefined && fault.path !== '' && { field: fault.path }),
      });
    }
  };
}
