import { setTimeout as sleep } from 'node:timers/promises';
import type { Query } from '@bridge/postgres';
import { vendors } from '../../vendor-sim/vendor.ts';
import type { VendorObject } from './load.ts';
import type { ObservedVendors } from './observed-vendors.ts';

type Options = {
  readonly vendors: ObservedVendors;
  readonly query: Query;
  readonly made: readonly VendorObject[];
  readonly withinMs: number;
  /** Before each look. */
  readonly meanwhile?: () => Promise<void>;
  readonly print: (line: string) => void;
};

/** Rows of notices that may be looked at one by one. */
const mostLookedAt = 20_000;
const printEveryMs = 10_000;

/**
 * The vendors have told everything, the outbox is empty, and no notice waits but those of objects that their vendor does not
 * have any more: whether those come back is asked again for a day.
 */
export async function waitForNotices(options: Options): Promise<void> {
  const { query, withinMs, print } = options;
  const until = Date.now() + withinMs;
  for (let printAt = Date.now() + printEveryMs; ;) {
    await options.meanwhile?.();
    const seen = await look(options);
    if (seen.untold === 0 && seen.due === 0 && seen.outbox === 0) return;
    const text = `${seen.untold} notices at the vendors, ${seen.due} wait here, ${seen.outbox} rows in the outbox`;
    if (Date.now() > until) throw new Error(`not settled after ${withinMs / 1_000} s: ${text}`);
    if (Date.now() > printAt) {
      print(`  ${text}`);
      printAt += printEveryMs;
    }
    await sleep(seen.due > 1_000 ? 1_000 : 200);
  }

  async function look({ vendors: { sim }, made }: Options) {
    const [counts] = await query<{ due: number; outbox: number }>(
      `select (select count(*)::int from ingest.notices where state = 'waiting') due,
              (select count(*)::int from ingest.outbox) outbox`,
    );
    const untold = vendors.reduce((all, vendor) => all + sim.stats(vendor).notices.waiting, 0);
    const { due = 0, outbox = 0 } = counts ?? {};
    if (untold > 0 || outbox > 0 || due > mostLookedAt) return { untold, due, outbox };
    return { untold, outbox, due: (await waitingNotices(options, made)).length };
  }
}

/** Waiting notices, but those of which the vendor said that it does not have their object. */
export async function waitingNotices(
  { vendors: { sim, acceptedNotices }, query }: Pick<Options, 'vendors' | 'query'>,
  made: readonly VendorObject[],
): Promise<string[]> {
  const byName = new Map(made.map((one) => [`${one.vendor}/${one.account}/${one.object}`, one]));
  const rows = await query<{ id: string; attempts: number }>(
    `select encode(notice_id, 'hex') id, attempts from ingest.notices where state = 'waiting'`,
  );
  return rows.flatMap(({ id, attempts }) => {
    const notice = acceptedNotices.get(id);
    const one = notice && byName.get(`${notice.vendor}/${notice.account}/${notice.object}`);
    const isGone = one && sim.find(one.vendor, one.account, one.collection, one.id) === undefined;
    return isGone && attempts > 0 ? [] : [id];
  });
}
