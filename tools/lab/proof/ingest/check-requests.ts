import type { Query } from '@bridge/postgres';
import { vendors } from '../../vendor-sim/vendor.ts';
import type { ProofResult } from '../proof.ts';
import type { ObservedVendors } from './observed-vendors.ts';

/** How long before its end a token is renewed. */
const marginMs = 60_000;

/**
 * Our windows begin when a request is granted, the vendor's when it arrives, so the requests on their way at the end of a
 * window may fall between two windows. They are refused and repeated, and tolerated as far as they take this long.
 */
const betweenWindowsMs = 25;

type Observation = {
  readonly vendors: ObservedVendors;
  readonly tokenLifetimeS: number;
  /** The length of the vendors' windows. */
  readonly windowS: number;
  readonly excused: number;
  readonly consentsLost: number;
};

/** Checks that two replicas used each refresh token once, renewed no token too early and kept within the quota. */
export async function checkRequests(
  query: Query,
  { vendors: observed, tokenLifetimeS, windowS, excused, consentsLost }: Observation,
): Promise<ProofResult> {
  const { sim, documentRequests, acceptedNotices, tokenTimes, refusals } = observed;
  const refreshes = vendors.map((vendor) => sim.stats(vendor).refreshes);
  const usefulMs = tokenLifetimeS * 1_000 - marginMs;
  const early = [...tokenTimes.values()].flatMap((times) =>
    times.filter((at, nr) => nr > 0 && at - (times[nr - 1] ?? 0) < usefulMs - 1_000),
  );
  const [ended] = await query<{ count: number }>(
    `select count(*)::int count from ingest.connections where state <> 'active'`,
  );
  const wrong = {
    'refresh tokens used twice': refreshes.reduce((all, { refused }) => all + refused, 0) - consentsLost,
    'tokens renewed while they were good': early.length,
    'connections that are not active': ended?.count ?? 0,
  };
  const notices = [...acceptedNotices.values()];
  // A recovery is found through its sleep, which is one more request.
  const allowed = notices.length + notices.filter(({ object }) => object.startsWith('recovery/')).length;
  const fetched = documentRequests.filter(({ status }) => status === 200).length;
  const missing = documentRequests.filter(({ status }) => status === 404).length;
  const failures = Object.entries(wrong).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
  const refused = refusals() - excused;
  if (refused > (betweenWindowsMs / (windowS * 1_000)) * documentRequests.length)
    failures.push(`${refused} requests were beyond the quota`);
  if (fetched > allowed) failures.push(`${fetched} documents were fetched for ${allowed} notices`);
  return {
    figures: {
      'tokens renewed': refreshes.reduce((all, { granted }) => all + granted, 0),
      'consents lost with a killed process': consentsLost,
      'documents fetched': fetched,
      'documents fetched per different notice': Math.round((fetched / notices.length) * 100) / 100,
      'requests for documents that are gone': missing,
      'requests refused where two windows meet': refused,
      ...wrong,
    },
    failures,
  };
}
