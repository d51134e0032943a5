import { rhythms } from './expected-intervals.ts';
import type { Silence, SilenceCause, Situation } from './feed-state.ts';

/** A silent data type; without a cause where only the vendor can tell. */
export type Found = Omit<Silence, 'cause'> & { readonly cause: SilenceCause | undefined };

/** What the vendor once said still holds: when that changes, something arrives and the silence is over. */
const toldByVendor: ReadonlySet<SilenceCause> = new Set(['vendor_has_nothing', 'missed', 'scope_missing']);

/** The data types of a connection of which nothing came for longer than usual. */
export function findSilences(situation: Situation, now: number): Found[] {
  const { connection, connectedAtMs, lastArrivals, told } = situation;
  if (connection.state === 'disconnected') return [];
  return rhythms.flatMap(({ vendor, dataType, withinMs }) => {
    const sinceMs = lastArrivals.get(dataType) ?? connectedAtMs;
    if (vendor !== connection.vendor || sinceMs + withinMs >= now) return [];
    const before = told.silences.find((silence) => silence.dataType === dataType)?.cause;
    const cause = ownCause(situation, dataType) ?? (before && toldByVendor.has(before) ? before : undefined);
    return [{ dataType, sinceMs, cause }];
  });
}

function ownCause({ connection, unsubscribed }: Situation, dataType: string): SilenceCause | undefined {
  if (connection.state === 'needs_consent') return 'revoked';
  if (connection.state === 'lapsed') return 'lapsed';
  return unsubscribed.has(dataType) ? 'subscription_gone' : undefined;
}
