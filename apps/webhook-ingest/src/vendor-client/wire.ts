import { CodedError } from '@bridge/core';
import type { Postgres } from '@bridge/postgres';
import type { Policies } from '@bridge/resilience';
import type { VendorApps } from '../vendors/vendor-app.ts';
import { vendors, type Vendor } from '../vendors/vendors.ts';
import { vendorLimits, type Limit } from './limits.ts';
import { createOAuthClient, type OAuthClient } from './oauth-client.ts';
import { createRequestBudget, type RequestBudget } from './request-budget.ts';
import { createVendorAccount, type VendorAccount } from './vendor-account.ts';
import { createVendorGate, type VendorGate } from './vendor-gate.ts';
import { createVendorRequests, type VendorRequests } from './vendor-requests.ts';
import { createOpenSession, type OpenSession } from './vendor-session.ts';

type AccountDeps = {
  /** The vendors that are configured. */
  readonly vendors: VendorApps;
  /** Origin of the edge: consents come back to it. */
  readonly publicUrl: string;
  readonly policies: Policies;
  readonly now: () => number;
};

/** Undefined for a vendor that is not configured. */
export type VendorAccounts = {
  readonly oauthOf: (vendor: Vendor) => OAuthClient | undefined;
  readonly accountOf: (vendor: Vendor) => VendorAccount | undefined;
};

const breaker = { failures: 5, openMs: 10_000 };
/** Ten seconds or so: pulls of others may have used up what the vendor allows for now. A browser waits for it. */
const patient = { timeoutMs: 3_000, attempts: 8, backoff: { initialMs: 500, maxMs: 2_000 } };

/** OAuth and account of each vendor. */
export function wireVendorAccounts({ vendors: apps, publicUrl, policies, now }: AccountDeps): VendorAccounts {
  const oauth = new Map<Vendor, OAuthClient>();
  const accounts = new Map<Vendor, VendorAccount>();
  for (const vendor of vendors) {
    const app = apps[vendor];
    if (app === undefined) continue;
    // The client has its own time limit, which ends the request; attempts would spend a token twice.
    const redirectUrl = `${publicUrl}/connect/${vendor}/callback`;
    const asking = policies.call(`${vendor}-oauth`, { breaker });
    oauth.set(vendor, createOAuthClient({ vendor, app, redirectUrl, call: asking, now }));
    const patiently = policies.call(`${vendor}-account`, patient);
    const revoking = policies.call(`${vendor}-revocation`, { timeoutMs: 5_000, attempts: 2, breaker });
    accounts.set(vendor, createVendorAccount({ vendor, app, asking: patiently, revoking }));
  }
  return {
    oauthOf: (vendor) => oauth.get(vendor),
    accountOf: (vendor) => accounts.get(vendor),
  };
}

type ClientDeps = {
  readonly vendors: Partial<Readonly<Record<Vendor, { readonly apiUrl: string }>>>;
  readonly postgres: Pick<Postgres, 'query'>;
  readonly tokens: Parameters<typeof createVendorRequests>[0]['tokens'];
  /** Jobs that wait for a vendor's documents. */
  readonly queue: {
    readonly pause: (vendor: Vendor, untilMs: number) => Promise<void>;
    readonly resume: (vendor: Vendor, atMost?: number) => Promise<void>;
  };
  readonly policies: Policies;
  readonly now: () => number;
  /** What a vendor does not state itself. Default: what it publishes. */
  readonly limits?: Readonly<Record<Vendor, readonly Limit[]>>;
};

export type VendorClient = {
  readonly openSession: OpenSession;
  readonly gateOf: (vendor: Vendor) => VendorGate | undefined;
  /** Requests that the scarcest limit has left; undefined for a vendor that is not configured. */
  readonly quotaLeft: (vendor: Vendor) => Promise<number | undefined>;
};

/** One breaker, one budget and one gate for each vendor. */
export function wireVendorClient({
  vendors: apps,
  postgres,
  tokens,
  queue,
  policies,
  now,
  limits = vendorLimits,
}: ClientDeps): VendorClient {
  const gates = new Map<Vendor, VendorGate>();
  const budgets = new Map<Vendor, RequestBudget>();
  const requests = new Map<Vendor, VendorRequests>();
  for (const vendor of vendors) {
    const api = apps[vendor];
    if (api === undefined) continue;
    const budget = createRequestBudget({ query: postgres.query, vendor, limits: limits[vendor], now });
    const call = policies.call(`${vendor}-api`, {
      timeoutMs: 10_000,
      attempts: 2,
      backoff: { initialMs: 200, maxMs: 1_000 },
      // Shorter than the gate's shortest pause: the request that looks whether the vendor is back must get through.
      breaker: { failures: 5, openMs: 2_000 },
    });
    const gate = createVendorGate({
      line: {
        hold: (untilMs) => queue.pause(vendor, untilMs),
        release: (atMost) => queue.resume(vendor, atMost),
      },
      now,
      random: Math.random,
    });
    gates.set(vendor, gate);
    budgets.set(vendor, budget);
    requests.set(vendor, createVendorRequests({ baseUrl: api.apiUrl, tokens, budget, gate, call, now }));
  }
  return {
    openSession: createOpenSession((vendor) => {
      const found = requests.get(vendor);
      if (found !== undefined) return found;
      throw new CodedError('vendor_not_configured', 'transient', `${vendor} has no client id.`);
    }),
    gateOf: (vendor) => gates.get(vendor),
    async quotaLeft(vendor) {
      const left = await budgets.get(vendor)?.left();
      return left && Math.min(...left.map((one) => one.left));
    },
  };
}
