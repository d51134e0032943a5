import { setTimeout as sleep } from 'node:timers/promises';
import type { Query } from '@bridge/postgres';
import { vendors } from '../../vendor-sim/vendor.ts';
import type { VendorObject } from './object-pool.ts';
import type { ObservedVendors } from './observed-vendors.ts';

type Options = {
  readonly vendors: ObservedVendors;
  readonly query: Query;
  readonly objects: readonly VendorObject[];
  readonly withinMs: number;
  /** Called before each check. */
  readonly meanwhile?: () => Promise<void>;
  readonly print: (line: string) => void;
};

/** The most rows of notices that are checked one by one. */
const mostChecked = 20_000;
const printEveryMs = 10_000;

/**
 * Waits until the vendors have sent all notices, the outbox is empty, and the only waiting notices are those of deleted
 * objects, which webhook-ingest requests again for a day.
 */
export async function waitForNotices(options: Options): Promise<void> {
  const { query, withinMs, print } = options;
  const until = Date.now() + withinMs;
  for (let printAt = Date.now() + printEveryMs; ;) {
    await options.meanwhile?.();
    const seen = await look(options);
    if (seen.unsent === 0 && seen.due === 0 && seen.outbox === 0) return;
    const text = `${seen.unsent} notices at the vendors, ${seen.due} wait here, ${seen.outbox} rows in the outbox`;
    if (Date.now() > until) throw new Error(`not settled after ${withinMs / 1_000} s: ${text}`);
    if (Date.now() > printAt) {
      print(`  ${text}`);
      printAt += printEveryMs;
    }
    await sleep(seen.due > 1_000 ? 1_000 : 200);
  }

  async function look({ vendors: { sim }, objects }: Options) {
    const [counts] = await query<{ due: number; outbox: number }>(
      `select (select count(*)::int from ingest.notices where state = 'waiting') due,
              (select count(*)::int from ingest.outbox) outbox`,
    );
    const unsent = vendors.reduce((all, vendor) => all + sim.stats(vendor).notices.waiting, 0);
    const { due = 0, outbox = 0 } = counts ?? {};
    if (unsent > 0 || outbox > 0 || due > mostChecked) return { unsent, due, outbox };
    return { unsent, outbox, due: (await waitingNotices(options, objects)).length };
  }
}

/** Returns the ids of waiting notices, without those whose object the vendor has deleted. */
export async function waitingNotices(
  { vendors: { sim, acceptedNotices }, query }: Pick<Options, 'vendors' | 'query'>,
  objects: readonly VendorObject[],
): Promise<string[]> {
  const byName = new Map(objects.map((one) => [`${one.vendor}/${one.account}/${one.object}`, one]));
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
