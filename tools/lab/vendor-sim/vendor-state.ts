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
  /** Documents per page of an Oura list. WHOOP's pages hold `limit` documents, 25 at most. */
  readonly pageSize: number;
  /** Approves every consent at once, as the first person without one, and shows no page. */
  readonly autoApprove: boolean;
};

/** One vendor's people, documents, consents, faults and counts. */
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
  /** Called after every attempt to deliver a notice. Status 0 means no answer. */
  readonly onDelivery: (body: string, status: number) => void;
};

type Options = {
  readonly seed: number;
  readonly now: Clock;
  readonly settings: VendorSettings;
  readonly saved: SavedVendorState | undefined;
  readonly changed: () => void;
  readonly onDelivery: VendorState['onDelivery'];
};

/** The state that a restart needs. Documents are not part of it: their owner puts them again. */
export type SavedVendorState = { readonly accounts: readonly Account[]; readonly consents: SavedConsents };

export function createVendorState(vendor: Vendor, options: Options): VendorState {
  const { seed, now, settings, saved, changed, onDelivery } = options;
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
    onDelivery,
  };
}
