import { setTimeout as sleep } from 'node:timers/promises';
import type { Query } from '@bridge/postgres';
import type { ProofResult } from '../proof.ts';
import { checkOrder } from './check-order.ts';
import type { Load } from './load.ts';
import type { Person } from './people.ts';
import { waitForNotices } from './wait-for-notices.ts';
import type { ObservedVendors } from './observed-vendors.ts';

type Options = {
  readonly vendors: ObservedVendors;
  readonly query: Query;
  readonly load: Load;
  readonly people: readonly Person[];
  /** The number of notices while the API is down, spread evenly. */
  readonly notices: number;
  readonly outageMs: number;
  readonly withinMs: number;
  readonly print: (line: string) => void;
};

const stepMs = 600_000;
/**
 * While the API is down, requests use our budget but not the vendor's, so that the windows begin at different times
 * afterwards. The vendor may refuse the requests that are in flight then: four of each job.
 */
const mostRefused = 64;
/** The number of groups of people. The notices of each group are ten minutes older than those of the group before. */
const steps = 3;

/**
 * WHOOP's API fails while its notices continue, and then recovers. The waiting documents must be fetched newest first and
 * within the quota. Some notices are made older, as if the outage had lasted half an hour.
 */
export async function checkOutage(options: Options): Promise<ProofResult & { refused: number }> {
  const { vendors, query, load, people, notices, outageMs, withinMs, print } = options;
  const { sim, documentRequests, refusals } = vendors;
  const refusedBefore = refusals();
  const calm = { duplicateShare: 0, lateShare: 0, pendingScoreShare: 0 };
  sim.faults('whoop', { ...calm, api: 'errors' });
  print(`  WHOOP's API is down for ${outageMs / 1_000} s`);
  const started = Date.now();
  for (let sent = 0; sent < notices;) {
    const due = Math.min(notices, ((Date.now() - started) / outageMs) * notices);
    for (; sent < due; sent += 1) {
      const person = people[sent % people.length];
      if (person) load.createWorkout(person);
    }
    await sleep(20);
  }
  while (sim.stats('whoop').notices.waiting > 0) await sleep(20);
  await makeOlder(query);

  const upAt = Date.now();
  sim.faults('whoop', { api: 'up' });
  print("  WHOOP's API is back");
  await waitForNotices({ vendors, query, objects: load.objects, withinMs, print });
  const fetched = documentRequests.filter(
    ({ at, status, vendor }) => vendor === 'whoop' && status === 200 && at >= upAt,
  );
  const order = await checkOrder(query, { vendors, fetched });
  const failures = [...order.failures];
  if (fetched.length < notices)
    failures.push(`${fetched.length} documents came after the outage, not ${notices}`);
  const refused = refusals() - refusedBefore;
  if (refused > mostRefused) failures.push(`${refused} requests after an outage were beyond the quota`);
  return {
    figures: {
      'outage: notices that waited': notices,
      'outage: seconds until the first document': seconds((fetched[0]?.at ?? upAt) - upAt),
      'outage: seconds until the last one': seconds((fetched.at(-1)?.at ?? upAt) - upAt),
      'outage: requests beyond the quota': refused,
      ...order.figures,
    },
    failures,
    refused,
  };
}

async function makeOlder(query: Query): Promise<void> {
  await query(
    `with ranked as (
       select connection_id, row_number() over (order by connection_id) % $1 + 1 step
         from ingest.connections where vendor = 'whoop')
     update ingest.notices n set received_at = n.received_at - r.step * $2 * interval '1 millisecond'
       from ranked r
      where n.connection_id = r.connection_id and n.state = 'waiting'`,
    [steps, stepMs],
  );
}

const seconds = (ms: number) => Math.round(ms / 100) / 10;
