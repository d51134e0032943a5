import { createAccounts, type Account, type Accounts } from './accounts.ts';
import { createDocumentStore, type DocumentStore } from './document-store.ts';
import { createFaultBox, type FaultBox } from './faults.ts';
import { createConsents, type Consents, type SavedConsents } from './oauth/consents.ts';
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
export type VendorState = {
  readonly vendor: Vendor;
  readonly seed: number;
  readonly now: Clock;
  readonly settings: VendorSettings;
  readonly accounts: Accounts;
  readonly documentStore: DocumentStore;
  readonly consents: Consents;
  readonly faults: FaultBox;
  readonly stats: Stats;
  readonly takeBudget: () => Budget;
  /** Hears of every attempt to deliver a notice; status 0: no answer. */
  readonly onDelivery: (body: string, status: number) => void;
};

type Options = {
  readonly seed: number;
  readonly now: Clock;
  readonly settings: VendorSettings;
  readonly saved: SavedVendorState | undefined;
  readonly changed: () => void;
  readonly delivered: VendorState['onDelivery'];
};

/** What a restart has to know; documents come again from whoever put them. */
export type SavedVendorState = { readonly accounts: readonly Account[]; readonly consents: SavedConsents };

export function createVendorState(vendor: Vendor, options: Options): VendorState {
  const { seed, now, settings, saved, changed, delivered } = options;
  const lifetimeS = settings.tokenLifetimeS;
  const refreshScope = vendor === 'whoop' ? { refreshScope: 'offline' } : {};
  return {
    vendor,
    seed,
    now,
    settings,
    accounts: createAccounts({ vendor, seed, saved: saved?.accounts, changed }),
    documentStore: createDocumentStore(),
    consents: createConsents({ lifetimeS, ...refreshScope, now, saved: saved?.consents, changed }),
    faults: createFaultBox(),
    stats: createStats(),
    takeBudget: createQuota(settings.quotas, now),
    onDelivery: delivered,
  };
}
