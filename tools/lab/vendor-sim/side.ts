import { createAccounts, type Account, type Accounts } from './accounts.ts';
import { createShelf, type Shelf } from './shelf.ts';
import { createFaultBox, type FaultBox } from './faults.ts';
import { createConsents, type Consents, type KeptConsents } from './oauth/consents.ts';
import { createQuota, type Budget, type Quota } from './quota.ts';
import { createStats, type Stats } from './stats.ts';
import type { Clock, Vendor } from './vendor.ts';

export type VendorSettings = {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokenLifetimeS: number;
  readonly quotas: readonly Quota[];
  /** Documents per page of an Oura list; WHOOP's pages are as long as `limit` says, 25 at most. */
  readonly pageSize: number;
  /** Every consent is given at once, by the first person who has none yet; no page is shown. */
  readonly autoApprove: boolean;
};

/** What both vendors have, each its own. */
export type Side = {
  readonly vendor: Vendor;
  readonly seed: number;
  readonly now: Clock;
  readonly settings: VendorSettings;
  readonly accounts: Accounts;
  readonly shelf: Shelf;
  readonly consents: Consents;
  readonly faults: FaultBox;
  readonly stats: Stats;
  readonly takeBudget: () => Budget;
  /** Hears of every attempt to deliver a notice; status 0: no answer. */
  readonly delivered: (body: string, status: number) => void;
};

type Options = {
  readonly seed: number;
  readonly now: Clock;
  readonly settings: VendorSettings;
  readonly kept: KeptSide | undefined;
  readonly changed: () => void;
  readonly delivered: Side['delivered'];
};

/** What a restart has to know; documents come again from whoever put them. */
export type KeptSide = { readonly accounts: readonly Account[]; readonly consents: KeptConsents };

export function createSide(vendor: Vendor, options: Options): Side {
  const { seed, now, settings, kept, changed, delivered } = options;
  const lifetimeS = settings.tokenLifetimeS;
  const refreshScope = vendor === 'whoop' ? { refreshScope: 'offline' } : {};
  return {
    vendor,
    seed,
    now,
    settings,
    accounts: createAccounts({ vendor, seed, kept: kept?.accounts, changed }),
    shelf: createShelf(),
    consents: createConsents({ lifetimeS, ...refreshScope, now, kept: kept?.consents, changed }),
    faults: createFaultBox(),
    stats: createStats(),
    takeBudget: createQuota(settings.quotas, now),
    delivered,
  };
}
