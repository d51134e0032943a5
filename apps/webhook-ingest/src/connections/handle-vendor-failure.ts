import type { ConnectionWrites } from './rows/connection-writes.ts';
import type { VendorFailure } from '../vendors/vendor-answer.ts';
import type { ConnectionSnapshot } from './load-connection.ts';

type Deps = Pick<ConnectionWrites, 'markState'> & { readonly now: () => number };

const probeEveryMs = 86_400_000;

/** Resolves to the time of the next attempt, in milliseconds; to undefined if the person has to consent again first. */
export type HandleVendorFailure = (
  connection: ConnectionSnapshot,
  failure: VendorFailure,
) => Promise<number | undefined>;

/**
 * Updates the state of a connection whose vendor does not return its documents. If the person has consented again
 * meanwhile, the refusal says nothing about the new consent, which is tried at once.
 */
export function createHandleVendorFailure({ markState, now }: Deps): HandleVendorFailure {
  return async function handleVendorFailure(connection, failure) {
    if (failure.kind !== 'refused') return now() + failure.retryAfterMs;
    if (failure.status === 401) {
      const isMarked = await markState(connection, 'needs_consent', null);
      return isMarked ? undefined : now();
    }
    // A lapsed membership is probed once a day, not once per notice.
    const probeAt = now() + probeEveryMs;
    const isMarked = await markState(connection, 'lapsed', new Date(probeAt));
    return isMarked ? probeAt : now();
  };
}
