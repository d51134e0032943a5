import { CodedError } from '@bridge/core';
import type { Postgres } from '@bridge/postgres';
import type { Policies } from '@bridge/resilience';
import type { Vendors } from '../vendors/check-definitions.ts';
import type { Limit, Vendor } from '../vendors/vendor-definition.ts';
import type { VendorApps } from '../vendors/vendor-app.ts';
import { createJsonRequest } from './json-request.ts';
import { createOAuthClient, type OAuthClient } from './oauth-client.ts';
import { createRequestBudget, type RequestBudget } from './request-budget.ts';
import { createVendorAccount, type VendorAccount } from './vendor-account.ts';
import { createVendorBreaker, type VendorBreaker } from './vendor-breaker.ts';
import { createVendorRequests, type VendorRequests } from './vendor-requests.ts';
import { createSessions, type CreateSession } from './vendor-session.ts';

type AccountDeps = {
  readonly vendors: Vendors;
  /** Of the vendors that are configured. */
  readonly apps: VendorApps;
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

const plainBreaker = { failures: 5, openMs: 10_000 };
/** Ten seconds or so: pulls of others may have used up what the vendor allows for now. A browser waits for it. */
const patient = { timeoutMs: 3_000, attempts: 8, backoff: { initialMs: 500, maxMs: 2_000 } };

/** OAuth and account of each vendor. */
export function wireVendorAccounts({ vendors, apps, publicUrl, policies, now }: AccountDeps): VendorAccounts {
  const oauth = new Map<Vendor, OAuthClient>();
  const accounts = new Map<Vendor, VendorAccount>();
  for (const definition of vendors.all) {
    const { name } = definition;
    const app = apps[name];
    if (app === undefined) continue;
    // The client has its own time limit, which ends the request; attempts would spend a token twice.
    const redirectUrl = `${publicUrl}/connect/${name}/callback`;
    const call = policies.call(`${name}-oauth`, {});
    oauth.set(name, createOAuthClient({ definition, app, redirectUrl, call, now }));
    const patiently = policies.call(`${name}-account`, patient);
    const revoking = policies.call(`${name}-revocation`, {
      timeoutMs: 5_000,
      attempts: 2,
      breaker: plainBreaker,
    });
    const requestAccount = createJsonRequest(name, patiently);
    const requestRevocation = createJsonRequest(name, revoking);
    accounts.set(name, createVendorAccount({ definition, app, requestAccount, requestRevocation }));
  }
  return {
    oauthOf: (vendor) => oauth.get(vendor),
    accountOf: (vendor) => accounts.get(vendor),
  };
}

type ClientDeps = {
  readonly vendors: Vendors;
  /** Of the vendors that are configured. */
  readonly apps: VendorApps;
  readonly postgres: Pick<Postgres, 'query'>;
  readonly tokens: Parameters<typeof createVendorRequests>[0]['tokens'];
  /** Jobs that wait for a vendor's documents. */
  readonly queue: {
    readonly pause: (vendor: Vendor, untilMs: number) => Promise<void>;
    readonly resume: (vendor: Vendor, atMost?: number) => Promise<void>;
  };
  readonly policies: Policies;
  readonly now: () => number;
  /** Of vendors whose answers state none. Default: those that the vendor publishes. */
  readonly limits?: Readonly<Record<Vendor, readonly Limit[]>>;
};

export type VendorClient = {
  readonly createSession: CreateSession;
  readonly breakerOf: (vendor: Vendor) => VendorBreaker | undefined;
  /** Requests that the scarcest limit has left; undefined for a vendor that is not configured. */
  readonly quotaLeft: (vendor: Vendor) => Promise<number | undefined>;
};

/** One breaker and one budget for each vendor. */
export function wireVendorClient(deps: ClientDeps): VendorClient {
  const { vendors, apps, postgres, tokens, queue, policies, now, limits = {} } = deps;
  const breakers = new Map<Vendor, VendorBreaker>();
  const budgets = new Map<Vendor, RequestBudget>();
  const requests = new Map<Vendor, VendorRequests>();
  for (const { name: vendor, limits: published, account } of vendors.all) {
    const app = apps[vendor];
    if (app === undefined) continue;
    const own = limits[vendor] ?? published;
    const budget = createRequestBudget({ query: postgres.query, vendor, limits: own });
    const call = policies.call(`${vendor}-api`, {
      timeoutMs: 10_000,
      attempts: 2,
      backoff: { initialMs: 200, maxMs: 1_000 },
    });
    const breaker = createVendorBreaker({
      queue: {
        pause: (untilMs) => queue.pause(vendor, untilMs),
        resume: (atMost) => queue.resume(vendor, atMost),
      },
      now,
      random: Math.random,
      report: policies.reportBreaker(`${vendor}-api`),
    });
    breakers.set(vendor, breaker);
    budgets.set(vendor, budget);
    requests.set(
      vendor,
      createVendorRequests({
        baseUrl: app.apiUrl,
        accountPath: account.path,
        tokens,
        budget,
        breaker,
        call,
        now,
      }),
    );
  }
  return {
    createSession: createSessions({
      vendors,
      requestsOf(vendor) {
        const found = requests.get(vendor);
        if (found !== undefined) return found;
        throw new CodedError('vendor_not_configured', 'transient', `${vendor} has no client id.`);
      },
    }),
    breakerOf: (vendor) => breakers.get(vendor),
    async quotaLeft(vendor) {
      const left = await budgets.get(vendor)?.left();
      return left && Math.min(...left.map((one) => one.left));
    },
  };
}
