import type { Query } from '@bridge/postgres';
import type { ProofResult } from '../proof.ts';
import type { Asked, WatchedVendors } from './watched-vendors.ts';

type Found = {
  readonly vendors: WatchedVendors;
  /** After an outage, in their order. */
  readonly fetched: readonly Asked[];
};

/** One connection's documents are fetched so many at once. */
const atOnce = 4;
const stepMs = 600_000;
/**
 * Percent; chance alone would give 50. What each job has begun it goes on with for its turn, and each replica takes some jobs
 * ahead.
 */
const mostInversions = 33;
/** Of both replicas: so many persons and fewer have their turn together, so that there is no order among them. */
const jobsAtOnce = 16;

/** Of one person the newest documents came first, and of all people those of the newest ten minutes. */
export async function checkOrder(query: Query, { vendors, fetched }: Found): Promise<ProofResult> {
  const rows = await query<{ id: string; receivedMs: number }>(
    `select encode(notice_id, 'hex') id, extract(epoch from received_at)::float8 * 1000 "receivedMs"
       from ingest.notices where vendor = 'whoop'`,
  );
  const receivedAt = new Map<string, number>();
  for (const { id, receivedMs } of rows) {
    const told = vendors.accepted.get(id);
    if (told) receivedAt.set(`${told.account}/${told.object}`, receivedMs);
  }
  const inOrder = fetched.flatMap(({ account = '', object }) => {
    const at = receivedAt.get(`${account}/${object}`);
    return at === undefined ? [] : [{ account, at }];
  });
  const persons = Map.groupBy(inOrder, ({ account }) => account);
  const overtaken = [...persons.values()].map(overtakenIn).reduce((sum, count) => sum + count, 0);
  const inversions = inversionsIn(inOrder.map(({ at }) => -Math.floor(at / stepMs)));
  const failures = [
    ...(overtaken > 0 ? [`${overtaken} documents were fetched before newer ones of the same person`] : []),
    ...(persons.size > jobsAtOnce && inversions > mostInversions
      ? [`${inversions} % of pairs of different steps came older first`]
      : []),
  ];
  return {
    figures: {
      'outage: documents fetched before newer ones of the person': overtaken,
      'outage: pairs of different ten minutes, older first, %': inversions,
    },
    failures,
  };
}

/** Documents that came although more newer ones waited than are fetched at once. */
function overtakenIn(documents: readonly { readonly at: number }[]): number {
  return documents.filter(({ at }, nr) => {
    const newerLater = documents.slice(nr + 1).filter((other) => other.at > at);
    return newerLater.length >= atOnce;
  }).length;
}

/** Of all pairs with different keys, how many percent stand in descending order. */
function inversionsIn(keys: readonly number[]): number {
  const left = new Map<number, number>();
  for (const key of keys) left.set(key, (left.get(key) ?? 0) + 1);
  let [pairs, inverted] = [0, 0];
  for (const key of keys) {
    left.set(key, (left.get(key) ?? 0) - 1);
    for (const [other, count] of left) {
      if (other !== key) pairs += count;
      if (other < key) inverted += count;
    }
  }
  return pairs === 0 ? 0 : Math.round((1_000 * inverted) / pairs) / 10;
}
