import { randomBytes } from 'node:crypto';
import type { AlertStateSignal } from '@bridge/contracts';
import { CodedError, type Log } from '@bridge/core';
import type { Postgres } from '@bridge/postgres';
import type { Policies } from '@bridge/resilience';
import type { Vault } from '@bridge/vault';
import type { CronItem } from 'graphile-worker';
import type { Registry } from 'prom-client';
import { createAuthorize } from './authorize.ts';
import { connectionTasks } from './connection-tasks.ts';
import { createRevoke } from './revoke.ts';
import type { Vendors } from '../vendors/check-definitions.ts';
import type { Vendor, VendorApps } from '../vendors/vendor-definition.ts';
import { createRenewSubscriptions } from './renew-subscriptions.ts';
import { createOAuthClient, type OAuthClient } from '../vendor-client/oauth-client.ts';
import { createVendorAccount, type VendorAccount } from '../vendor-client/vendor-account.ts';
import { createJsonRequest } from '../vendor-client/json-request.ts';
import { countSubscriptions } from './rows/subscription-metrics.ts';
import { createSubscriptionRows } from './rows/subscription-rows.ts';
import { createAccessLog } from './rows/access-log.ts';
import { createAccessTokens } from './rows/access-tokens.ts';
import { createConnectionWrites } from './rows/connection-writes.ts';
import { observeConnections } from './rows/connection-metrics.ts';
import { createConnectionQueries } from './rows/connection-queries.ts';
import { createConnectionViews } from './rows/connection-views.ts';
import { createConsents } from './rows/consent-rows.ts';
import { createRawDocuments } from './rows/raw-documents.ts';

type Deps = {
  readonly postgres: Pick<Postgres, 'query' | 'transaction'>;
  readonly vault: Vault;
  readonly vendors: Vendors;
  /** Of the vendors that are configured. */
  readonly apps: VendorApps;
  /** Origin of the edge: consents and notices come back to it. */
  readonly publicUrl: string;
  readonly policies: Policies;
  readonly metrics: Registry;
  readonly log: Log;
  readonly now: () => number;
};

const breaker = { failures: 5, openMs: 10_000 };
/** Ten seconds or so: pulls of others may have used up what the vendor allows for now. A browser waits for it. */
const patient = { timeoutMs: 3_000, attempts: 8, backoff: { initialMs: 500, maxMs: 2_000 } };

/** Resolves once the signals are durable. */
type Send = (signals: readonly AlertStateSignal[]) => Promise<void>;

/** Everything about connections: their tokens and rows for other parts, their jobs, and what their routes need. */
export function wireConnections(deps: Deps) {
  const { vendors, postgres, vault, publicUrl, metrics, log, now } = deps;
  const { query, transaction } = postgres;
  const { countRefresh } = observeConnections(metrics, query, vendors.all);
  const { oauthOf, accountOf } = createClients(deps);
  const rows = createConnectionQueries(query);
  const connections = createConnectionWrites({
    query,
    transaction,
    vault,
    hasSubscriptions: (vendor) => vendors.get(vendor).subscriptions !== 'none',
  });
  const tokens = createAccessTokens({ query, transaction, vault, oauthOf, count: countRefresh, log, now });
  const randomText = () => randomBytes(32).toString('base64url');
  const { disconnect, revoke } = createRevoke({ rows, connections, tokens, accountOf, log, now });
  const connect = createAuthorize({
    publicUrl,
    oauthOf,
    accountOf,
    async personOf(userId) {
      const person = (await vault.subjectsFor([userId])).get(userId);
      if (person === undefined) throw new CodedError('no_person', 'permanent', 'The vault gave no person.');
      return person;
    },
    consents: createConsents(query, vault),
    connections,
    randomText,
    log,
  });

  return {
    rows,
    tokens,
    tasks: (send: Send) =>
      connectionTasks({
        revoke,
        renewals: createRenewals(deps, send),
        adoptStrays: () => connections.attachEarlyNotices(),
      }),
    cron,
    /** For `mountConnectRoutes`, `mountConnectionRoutes` and `mountRawRoutes`. */
    routes: {
      vendors,
      connect,
      disconnect,
      connections,
      rows,
      views: createConnectionViews(query),
      rawOf: createRawDocuments(query, vault),
      recordAccess: createAccessLog(query),
      publicUrl,
      randomText,
      vault,
      now,
    },
    /** To ask a vendor directly. */
    oauthOf,
    accountOf,
    connections,
  };
}

const cron: readonly CronItem[] = [
  {
    task: 'renew_subscriptions',
    match: '17 * * * *',
    options: { jobKey: 'renew_subscriptions', queueName: 'subscriptions', maxAttempts: 3 },
  },
  { task: 'adopt_strays', match: '33 * * * *', options: { maxAttempts: 3 } },
];

function createClients({ vendors, apps, publicUrl, policies, now }: Deps) {
  const oauth = new Map<Vendor, OAuthClient>();
  const accounts = new Map<Vendor, VendorAccount>();
  for (const definition of vendors.all) {
    const { name } = definition;
    const app = apps[name];
    if (app === undefined) continue;
    // The client has its own time limit, which ends the request; attempts would spend a token twice.
    const redirectUrl = `${publicUrl}/connect/${name}/callback`;
    const call = policies.call(`${name}-oauth`, { breaker });
    oauth.set(name, createOAuthClient({ definition, app, redirectUrl, call, now }));
    const patiently = policies.call(`${name}-account`, patient);
    const revoking = policies.call(`${name}-revocation`, { timeoutMs: 5_000, attempts: 2, breaker });
    const requestAccount = createJsonRequest(name, patiently);
    const requestRevocation = createJsonRequest(name, revoking);
    accounts.set(name, createVendorAccount({ definition, app, requestAccount, requestRevocation }));
  }
  return {
    oauthOf: (vendor: Vendor) => oauth.get(vendor),
    accountOf: (vendor: Vendor) => accounts.get(vendor),
  };
}

function createRenewals(deps: Deps, send: Send): (() => Promise<void>)[] {
  const { vendors, apps, publicUrl, postgres, policies, metrics, log, now } = deps;
  const count = countSubscriptions(metrics);
  return vendors.all.flatMap((vendor) => {
    const { name, subscriptions } = vendor;
    const app = apps[name];
    if (app === undefined || subscriptions === 'none') return [];
    const callbackUrl = `${publicUrl}/webhooks/${name}`;
    // The vendor's handshake with us is inside.
    const call = policies.call(`${name}-subscriptions`, { timeoutMs: 12_000, breaker });
    const request = createJsonRequest(name, call);
    const client = subscriptions.createClient({ app, callbackUrl, request });
    const rows = createSubscriptionRows(postgres.query, name);
    return createRenewSubscriptions({
      vendor,
      subscriptions,
      client,
      rows,
      callbackUrl,
      send,
      count,
      log,
      now,
    });
  });
}
