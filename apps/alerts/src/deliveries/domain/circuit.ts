import type { FailureReason, SendResult } from '../../channels/channel.ts';

/**
 * Whether a receiver is left alone because it cannot be reached; each process judges for itself. `openings` counts in a row.
 * Times are in milliseconds since 1970.
 */
export type Circuit =
  | { readonly kind: 'closed'; readonly faults: number }
  | { readonly kind: 'open'; readonly until: number; readonly openings: number }
  /** One attempt is under way that shows whether the receiver is back. */
  | { readonly kind: 'probing'; readonly openings: number };

/** So many faults in a row open it. */
const faultsUntilOpen = 5;
const shortestOpenMs = 30_000;
const longestOpenMs = 300_000;

/** The receiver did not answer, or answered that it cannot take anything now. */
const faults: ReadonlySet<FailureReason> = new Set<FailureReason>([
  'timeout',
  'connection',
  'certificate',
  'forbidden_address',
  'server_error',
  'rate_limited',
]);

export const closedCircuit: Circuit = { kind: 'closed', faults: 0 };

/** How many attempts may begin, of `free` ones. */
export function attemptsAllowed(circuit: Circuit, free: number, now: number): number {
  if (circuit.kind === 'closed') return free;
  return circuit.kind === 'open' && circuit.until <= now ? Math.min(free, 1) : 0;
}

export function attemptBegan(circuit: Circuit): Circuit {
  return circuit.kind === 'open' ? { kind: 'probing', openings: circuit.openings } : circuit;
}

export function attemptEnded(circuit: Circuit, result: SendResult, now: number): Circuit {
  const isFault = result.kind === 'failed' && faults.has(result.reason);
  if (!isFault) return closedCircuit;
  switch (circuit.kind) {
    case 'closed': {
      const count = circuit.faults + 1;
      return count < faultsUntilOpen ? { kind: 'closed', faults: count } : opened(1, now);
    }
    case 'probing':
      return opened(circuit.openings + 1, now);
    // An attempt that began earlier says nothing new.
    case 'open':
      return circuit;
  }
}

function opened(openings: number, now: number): Circuit {
  const openMs = Math.min(longestOpenMs, shortestOpenMs * 2 ** (openings - 1));
  return { kind: 'open', until: now + openMs, openings };
}
