import type { ExpectedInterval } from './expected-intervals.ts';
import type { Silence, SilenceCause, FeedState } from './feed-state.ts';

/** A silent data type; without a cause if only the vendor knows it. */
export type SilenceFinding = Omit<Silence, 'cause'> & { readonly cause: SilenceCause | undefined };

/** Causes that the vendor stated stay valid: when that changes, something arrives and the silence is over. */
const toldByVendor: ReadonlySet<SilenceCause> = new Set(['vendor_has_nothing', 'missed', 'scope_missing']);

/** The data types of a connection that have been silent for longer than expected. */
export function findSilences(
  state: FeedState,
  now: number,
  intervals: readonly ExpectedInterval[],
): SilenceFinding[] {
  const { connection, connectedAtMs, lastArrivals, reported } = state;
  if (connection.state === 'disconnected') return [];
  return intervals.flatMap(({ vendor, dataType, withinMs }) => {
    const sinceMs = lastArrivals.get(dataType) ?? connectedAtMs;
    if (vendor !== connection.vendor || sinceMs + withinMs >= now) return [];
    const before = reported.silences.find((silence) => silence.dataType === dataType)?.cause;
    const cause = ownCause(state, dataType) ?? (before && toldByVendor.has(before) ? before : undefined);
    return [{ dataType, sinceMs, cause }];
  });
}

function ownCause({ connection, unsubscribed }: FeedState, dataType: string): SilenceCause | undefined {
  if (connection.state === 'needs_consent') return 'revoked';
  if (connection.state === 'lapsed') return 'lapsed';
  return unsubscribed.has(dataType) ? 'subscription_gone' : undefined;
}
