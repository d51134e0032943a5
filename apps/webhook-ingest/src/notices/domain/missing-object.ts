const firstRetryMs = 60_000;
const longestRetryMs = 7_200_000;
/** Reconciliation finds later whatever turns up after that. */
const givenUpAfterMs = 86_400_000;

export type MissingVerdict = { readonly kind: 'again'; readonly inMs: number } | { readonly kind: 'give_up' };

/**
 * A notice may come before its document: vendors announce objects that their APIs do not have yet. It is asked for again
 * after one, two, four … minutes, for a day.
 */
export function retryMissing(attempts: number, waitingMs: number): MissingVerdict {
  if (waitingMs >= givenUpAfterMs) return { kind: 'give_up' };
  return { kind: 'again', inMs: Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempts, 20)) };
}
