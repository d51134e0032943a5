import type { Query } from '@bridge/postgres';
import type { ProofResult } from '../proof.ts';
import type { DocumentRequest, ObservedVendors } from './observed-vendors.ts';

type Observation = {
  readonly vendors: ObservedVendors;
  /** The requests after an outage, in their order. */
  readonly fetched: readonly DocumentRequest[];
};

type FetchedDocument = { readonly account: string; readonly receivedMs: number };

/** The number of documents that are fetched at once for one connection. */
const atOnce = 4;
/**
 * The tolerated share of pairs, of different persons and with notices further apart, that were fetched older first. Chance
 * alone would give 50 percent. Both replicas work on 8 jobs and reserve up to 9, each with the notices within a second of
 * its newest one, and these have no order among each other. Neither have the few requests that detected the outage.
 * Together they are 0.3 percent, and more on a busy machine.
 */
const apart = { seconds: 5, mostPercent: 2 };
/** Up to this many persons are fetched at the same time, so that there is no order among them. */
const inHand = 34;

/** Checks that documents came newest first, per person and across people, except for requests in flight at once. */
export async function checkOrder(query: Query, { vendors, fetched }: Observation): Promise<ProofResult> {
  const rows = await query<{ id: string; receivedMs: number }>(
    `select encode(notice_id, 'hex') id, extract(epoch from received_at)::float8 * 1000 "receivedMs"
       from ingest.notices where vendor = 'whoop'`,
  );
  const receivedAt = new Map<string, number>();
  for (const { id, receivedMs } of rows) {
    const notice = vendors.acceptedNotices.get(id);
    if (notice) receivedAt.set(`${notice.account}/${notice.object}`, receivedMs);
  }
  const inOrder = fetched.flatMap(({ account = '', object }): FetchedDocument[] => {
    const receivedMs = receivedAt.get(`${account}/${object}`);
    return receivedMs === undefined ? [] : [{ account, receivedMs }];
  });
  const persons = Map.groupBy(inOrder, ({ account }) => account);
  const overtaken = [...persons.values()].map(countOvertaken).reduce((sum, count) => sum + count, 0);
  const share = olderFirst(inOrder, apart.seconds * 1_000);
  const failures = [
    ...(overtaken > 0 ? [`${overtaken} documents were fetched before newer ones of the same person`] : []),
    ...(persons.size > inHand && share > apart.mostPercent
      ? [`${share} % of pairs over ${apart.seconds} s apart came older first`]
      : []),
  ];
  return {
    figures: {
      'outage: documents fetched before newer ones of the person': overtaken,
      [`outage: pairs over ${apart.seconds} s apart, older first, %`]: share,
      'outage: pairs over a minute apart, older first, %': olderFirst(inOrder, 60_000),
    },
    failures,
  };
}

/** Counts documents that were fetched although more newer ones waited than are fetched at once. */
function countOvertaken(documents: readonly FetchedDocument[]): number {
  return documents.filter(({ receivedMs }, nr) => {
    const newerLater = documents.slice(nr + 1).filter((other) => other.receivedMs > receivedMs);
    return newerLater.length >= atOnce;
  }).length;
}

/** Returns the percentage of pairs, of different persons and with notices further apart, that came older first. */
function olderFirst(documents: readonly FetchedDocument[], apartMs: number): number {
  let [pairs, inverted] = [0, 0];
  for (const [nr, first] of documents.entries()) {
    for (let later = nr + 1; later < documents.length; later += 1) {
      const second = documents[later];
      if (second === undefined || second.account === first.account) continue;
      const byMs = second.receivedMs - first.receivedMs;
      if (Math.abs(byMs) <= apartMs) continue;
      pairs += 1;
      if (byMs > 0) inverted += 1;
    }
  }
  return pairs === 0 ? 0 : Math.round((10_000 * inverted) / pairs) / 100;
}
