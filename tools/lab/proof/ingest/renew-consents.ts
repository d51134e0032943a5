import type { Query } from '@bridge/postgres';
import { connectAccount } from '../../simulate/connect-account.ts';
import { vendors } from '../../vendor-sim/vendor.ts';
import type { Person } from './people.ts';
import { statesOf } from './states-of.ts';
import type { ObservedVendors } from './observed-vendors.ts';

type Options = {
  readonly query: Query;
  readonly vendors: ObservedVendors;
  readonly people: readonly Person[];
  /** When replicas were killed. */
  readonly killedAt: readonly number[];
  readonly url: string;
  readonly apiKey: string;
};

/** The longest time between the vendor's answer and our commit. */
const commitWithinMs = 5_000;

/**
 * Renews lost consents. A refresh token works once, so a consent is lost when a process dies between the vendor's answer and
 * its commit, which no application can prevent. Returns `<user>/<vendor>` of each.
 *
 * @throws Error when a consent ended and no kill explains it.
 */
export async function renewConsents(options: Options): Promise<string[]> {
  const { query, people, vendors: observed, killedAt, url, apiKey } = options;
  const [row] = await query<{ ended: number }>(
    `select count(*)::int ended from ingest.connections where state = 'needs_consent'`,
  );
  if (row?.ended === 0) return [];
  const again: string[] = [];
  for (const person of people) {
    const [states] = await statesOf([person], { url, apiKey });
    for (const vendor of vendors.filter((one) => states?.[one] === 'needs_consent')) {
      const lastToken = observed.tokenTimes.get(`${vendor}/${person[vendor]}`)?.at(-1) ?? 0;
      const isExplained = killedAt.some((at) => at >= lastToken && at - lastToken < commitWithinMs);
      if (!isExplained) throw new Error(`a consent at ${vendor} ended, and no kill explains it`);
      const options = { edgeUrl: url, apiKey, signal: AbortSignal.timeout(30_000) };
      await connectAccount({ userId: person.userId, vendor, id: person[vendor] }, options);
      again.push(`${person.userId}/${vendor}`);
    }
  }
  return again;
}
