import { CodedError, type Log } from '@bridge/handler';
import type { Postgres } from '@bridge/postgres';
import type { Policies } from '@bridge/resilience';
import type { Vault } from '@bridge/vault';
import type { Registry } from 'prom-client';
import type { VendorApps } from '../../domain/connections/vendor-app.ts';
import { vendors, type Vendor } from '../../domain/vendor.ts';
import { createOAuthClient, type OAuthClient } from '../oauth/oauth-client.ts';
import { createVendorAccount, type VendorAccount } from '../oauth/vendor-account.ts';
import { createOuraSubscriptions } from '../subscriptions/oura-subscriptions.ts';
import { countSubscriptions } from '../subscriptions/subscription-metrics.ts';
import { createSubscriptionRows } from '../subscriptions/subscription-rows.ts';
import { createAccessLog } from './access-log.ts';
import { createAccessTokens } from './access-tokens.ts';
import { createConnectRows } from './connect-rows.ts';
import { observeConnections } from './connection-metrics.ts';
import { createConnectionRows } from './connection-rows.ts';
import { createConnectionViews } from './connection-view.ts';
import { createConsents } from './consent-rows.ts';
import { createRawDocuments } from './raw-documents.ts';

type Deps = {
  readonly postgres: Pick<Postgres, 'query' | 'transaction'>;
  readonly vault: Vault;
  /** Vendors that are configured. */
  readonly vendors: VendorApps;
  /** Origin of the edge: consents and notices come back to it. */
  readonly publicUrl: string;
  readonly policies: Policies;
  readonly metrics: Registry;
  readonly log: Log;
  readonly now: () => number;
};

/** Everything about connections that touches the database or a vendor. */
export function openConnections({
  postgres,
  vault,
  vendors: apps,
  publicUrl,
  policies,
  metrics,
  log,
  now,
}: Deps) {
  const { query, transaction } = postgres;
  const { countRefresh } = observeConnections(metrics, query);
  const breaker = { failures: 5, openMs: 10_000 };
  const oauth = new Map<Vendor, OAuthClient>();
  const accounts = new Map<Vendor, VendorAccount>();
  for (const vendor of vendors) {
    const app = apps[vendor];
    if (app === undefined) continue;
    // The client has its own time limit, which ends the request; attempts would spend a token twice.
    const redirectUrl = `${publicUrl}/connect/${vendor}/callback`;
    const asking = policies.call(`${vendor}-oauth`, { breaker });
    oauth.set(vendor, createOAuthClient({ vendor, app, redirectUrl, call: asking, now }));
    const call = policies.call(`${vendor}-account`, { timeoutMs: 5_000, attempts: 2, breaker });
    accounts.set(vendor, createVendorAccount({ vendor, app, call }));
  }
  const oauthOf = (vendor: Vendor) => oauth.get(vendor);
  const callbackUrl = `${publicUrl}/webhooks/oura`;

  return {
    oauthOf,
    accountOf: (vendor: Vendor) => accounts.get(vendor),
    personOf: async (userId: string) => {
      const person = (await vault.subjectsFor([userId])).get(userId);
      if (person === undefined) throw new CodedError('no_person', 'permanent', 'The vault gave no person.');
      return person;
    },
    rows: createConnectionRows(query),
    connections: createConnectRows({ query, transaction, vault }),
    consents: createConsents(query, vault),
    tokens: createAccessTokens({ query, transaction, vault, oauthOf, count: countRefresh, log, now }),
    views: createConnectionViews(query),
    rawOf: createRawDocuments(query, vault),
    recordAccess: createAccessLog(query),
    /** Undefined while Oura is not configured. */
    subscriptions: apps.oura && {
      oura: createOuraSubscriptions({
        app: apps.oura,
        callbackUrl,
        // Oura's handshake with us is inside.
        call: policies.call('oura-subscriptions', { timeoutMs: 12_000, breaker }),
      }),
      rows: createSubscriptionRows(query),
      callbackUrl,
      count: countSubscriptions(metrics),
    },
  };
}

export type Connections = ReturnType<typeof openConnections>;
