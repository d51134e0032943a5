import type { Query } from '@bridge/postgres';
import { vendors } from '../../vendor-sim/vendor.ts';
import type { ProofResult } from '../proof.ts';
import type { VendorObject } from './object-pool.ts';
import { waitingNotices } from './wait-for-notices.ts';
import type { ObservedVendors } from './observed-vendors.ts';

type Observation = { readonly objects: readonly VendorObject[]; readonly vendors: ObservedVendors };

/** Checks that every notice that was answered 2xx has a row, and that all rows are settled. */
export async function checkNotices(
  query: Query,
  { objects, vendors: observed }: Observation,
): Promise<ProofResult> {
  const { sim, acceptedNotices } = observed;
  const rows = await query<{ id: string; state: string }>(
    `select encode(notice_id, 'hex') id, state from ingest.notices`,
  );
  const stateOf = new Map(rows.map(({ id, state }) => [id, state]));
  const count = (state: string) => rows.filter((row) => row.state === state).length;
  const wrong = {
    'notices lost': [...acceptedNotices.keys()].filter((id) => !stateOf.has(id)).length,
    'notices that nobody sent': rows.filter(({ id }) => !acceptedNotices.has(id)).length,
    'notices left waiting': (await waitingNotices({ vendors: observed, query }, objects)).length,
    'notices given up': count('gave_up') + count('nobody') + count('unknown_type'),
    'notices that a vendor gave up': sum(({ gaveUp }) => gaveUp),
  };
  return {
    figures: {
      'notices sent': sum(({ made: all, duplicated }) => all + duplicated),
      duplicated: sum(({ duplicated }) => duplicated),
      'out of order': sum(({ late }) => late),
      'deliveries, with those after a failure': sum(({ attempts }) => attempts),
      'slowest answer to a notice, ms': Math.max(
        ...vendors.map((vendor) => sim.stats(vendor).notices.slowestMs),
      ),
      'notices of objects that are gone': count('waiting'),
      ...wrong,
    },
    failures: Object.entries(wrong).flatMap(([what, times]) => (times > 0 ? [`${times} ${what}`] : [])),
  };

  function sum(of: (notices: ReturnType<typeof sim.stats>['notices']) => number): number {
    return vendors.reduce((all, vendor) => all + of(sim.stats(vendor).notices), 0);
  }
}
