import type { ConnectionQueries } from './rows/connection-queries.ts';
import type { VendorFailure } from '../vendors/vendor-answer.ts';
import type { ConnectionSnapshot } from './load-connection.ts';

type Deps = Pick<ConnectionQueries, 'markState'> & { readonly now: () => number };

const probeEveryMs = 86_400_000;

/**
 * What becomes of a connection whose vendor does not give its documents now. Gives the time of the next try, in
 * milliseconds; undefined where the person has to consent again first, which starts it anew. A refusal of a consent that
 * was given again meanwhile says nothing about the new one: that is tried at once.
 */
export function createHandleVendorFailure({ markState, now }: Deps) {
  return async function handleVendorFailure(
    opened: ConnectionSnapshot,
    failure: VendorFailure,
  ): Promise<number | undefined> {
    if (failure.kind !== 'refused') return now() + failure.retryAfterMs;
    if (failure.status === 401) {
      const isMarked = await markState(opened, 'needs_consent', null);
      return isMarked ? undefined : now();
    }
    // A lapsed membership is asked about once a day, not once a notice.
    const probeAt = now() + probeEveryMs;
    const isMarked = await markState(opened, 'lapsed', new Date(probeAt));
    return isMarked ? probeAt : now();
  };
}

export type HandleVendorFailure = ReturnType<typeof createHandleVendorFailure>;
