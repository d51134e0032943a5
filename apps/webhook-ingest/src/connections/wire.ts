import { randomBytes } from 'node:crypto';
import type { Scope } from '@bridge/auth';
import type { AlertStateSignal } from '@bridge/contracts';
import { CodedError, type Log } from '@bridge/core';
import type { Postgres } from '@bridge/postgres';
import type { Policies } from '@bridge/resilience';
import type { Vault } from '@bridge/vault';
import type { Express, RequestHandler } from 'express';
import { z } from 'zod';
import type { JobSet } from '../jobs/start-jobs.ts';
import type { IngestMetrics } from '../metrics.ts';
import type { VendorAccounts, VendorClient } from '../vendor-client/wire.ts';
import { createJsonRequest } from '../vendor-client/json-request.ts';
import type { Vendors } from '../vendors/check-definitions.ts';
import type { VendorApps } from '../vendors/vendor-app.ts';
import { createAuthorize } from './authorize.ts';
import { createHandleVendorFailure, type HandleVendorFailure } from './handle-vendor-failure.ts';
import { createLoadConnection, type ConnectionSnapshot, type LoadConnection } from './load-connection.ts';
import { createRenewSubscriptions } from './renew-subscriptions.ts';
import { createRevoke, type Revoke } from './revoke.ts';
import { mountConnectRoutes } from './routes/connect-routes.ts';
import { mountConnectionRoutes } from './routes/connection-routes.ts';
import { mountRawRoutes } from './routes/raw-routes.ts';
import { createAccessLog } from './rows/access-log.ts';
import { createAccessTokens, type AccessTokens } from './rows/access-tokens.ts';
import { createConnectionQueries, type ConnectionQueries } from './rows/connection-queries.ts';
import { createConnectionViews } from './rows/connection-views.ts';
import { createConnectionWrites, type ConnectionWrites } from './rows/connection-writes.ts';
import { createConsents } from './rows/consent-rows.ts';
import { createLoadRawDocument } from './rows/raw-documents.ts';
import { createSubscriptionRows } from './rows/subscription-rows.ts';

type Deps = VendorAccounts & {
  readonly postgres: Pick<Postgres, 'query' | 'transaction'>;
  readonly vault: Vault;
  readonly vendors: Vendors;
  /** Of the vendors that are configured. */
  readonly apps: VendorApps;
  /** Origin of the edge: consents and notices come back to it. */
  readonly publicUrl: string;
  /** Resolves once the signals are durable. */
  readonly sendSignals: (signals: readonly AlertStateSignal[]) => Promise<void>;
  readonly policies: Policies;
  readonly metrics: IngestMetrics;
  readonly log: Log;
  readonly now: () => number;
};

type Routes = {
  readonly app: Express;
  readonly requireScope: (scope: Scope) => RequestHandler;
  readonly quotaLeft: VendorClient['quotaLeft'];
};

export type Connections = {
  readonly queries: ConnectionQueries;
  readonly writes: ConnectionWrites;
  readonly tokens: AccessTokens;
  /** For jobs about one connection. */
  readonly loadConnection: LoadConnection<ConnectionSnapshot>;
  readonly handleVendorFailure: HandleVendorFailure;
  readonly markActive: (snapshot: ConnectionSnapshot) => Promise<unknown>;
  readonly jobs: JobSet;
  readonly mount: (routes: Routes) => void;
};

/** A person's connections to vendors: consent, tokens, state, subscriptions, and the routes about them. */
export function wireConnections(deps: Deps): Connections {
  const { vendors, postgres, vault, oauthOf, accountOf, metrics, log, now } = deps;
  const { query, transaction } = postgres;
  const queries = createConnectionQueries(query);
  metrics.observeConnections(() => queries.countByState());
  const writes = createConnectionWrites({
    query,
    transaction,
    vault,
    hasSubscriptions: (vendor) => vendors.get(vendor).subscriptions !== 'none',
  });
  const count = metrics.countRefresh;
  const tokens = createAccessTokens({ query, transaction, vault, oauthOf, count, log, now });
  const revoke = createRevoke({ queries, writes, tokens, accountOf, log, now });
  return {
    queries,
    writes,
    tokens,
    loadConnection: createLoadConnection({
      byId: (id) => queries.byId(id),
      people: (ids) => vault.byId(ids),
    }),
    handleVendorFailure: createHandleVendorFailure({
      markState: (snapshot, state, notBefore) => writes.markState(snapshot, state, notBefore),
      now,
    }),
    markActive: (snapshot) => writes.markState(snapshot, 'active', null),
    jobs: wireConnectionJobs(deps, { writes, revoke }),
    mount: (routes) => mountRoutes(deps, { queries, writes, revoke }, routes),
  };
}

type Parts = {
  readonly queries: ConnectionQueries;
  readonly writes: ConnectionWrites;
  readonly revoke: Revoke;
};

function mountRoutes(
  { vendors, postgres: { query }, vault, publicUrl, oauthOf, accountOf, log, now }: Deps,
  { queries, writes, revoke }: Parts,
  { app, requireScope, quotaLeft }: Routes,
): void {
  const randomText = () => randomBytes(32).toString('base64url');
  const recordAccess = createAccessLog(query);
  const authorize = createAuthorize({
    publicUrl,
    oauthOf,
    accountOf,
    async personOf(userId) {
      const person = (await vault.subjectsFor([userId])).get(userId);
      if (person === undefined) throw new CodedError('no_person', 'permanent', 'The vault gave no person.');
      return person;
    },
    consents: createConsents(query, vault),
    writes,
    randomText,
    log,
  });
  mountConnectRoutes(app, { vendors, authorize, requireScope, publicUrl, randomText });
  mountRawRoutes(app, { loadRawDocument: createLoadRawDocument(query, vault), recordAccess, requireScope });
  mountConnectionRoutes(app, {
    vendors,
    views: createConnectionViews(query),
    queries,
    writes,
    disconnect: revoke.disconnect,
    vault,
    quotaLeft,
    recordAccess,
    requireScope,
    now,
  });
}

const connectionPayload = z.object({ connection_id: z.uuid() });

function wireConnectionJobs(deps: Deps, { writes, revoke }: Pick<Parts, 'writes' | 'revoke'>): JobSet {
  const renewals = wireRenewals(deps);
  return {
    tasks: {
      revoke_access: async (payload) => revoke.retry(connectionPayload.parse(payload).connection_id),
      renew_subscriptions: async () => {
        for (const renew of renewals) await renew();
      },
      adopt_strays: async () => {
        await writes.attachEarlyNotices();
      },
    },
    cron: [
      {
        task: 'renew_subscriptions',
        match: '17 * * * *',
        options: { jobKey: 'renew_subscriptions', queueName: 'subscriptions', maxAttempts: 3 },
      },
      { task: 'adopt_strays', match: '33 * * * *', options: { maxAttempts: 3 } },
    ],
  };
}

/** Of each vendor that is configured and has subscriptions. */
function wireRenewals(deps: Deps): (() => Promise<void>)[] {
  const { vendors, apps, publicUrl, postgres, policies, metrics, log, now } = deps;
  return vendors.all.flatMap((vendor) => {
    const { name, subscriptions } = vendor;
    const app = apps[name];
    if (app === undefined || subscriptions === 'none') return [];
    const callbackUrl = `${publicUrl}/webhooks/${name}`;
    const call = policies.call(`${name}-subscriptions`, {
      // The vendor's handshake with us is inside.
      timeoutMs: 12_000,
      breaker: { failures: 5, openMs: 10_000 },
    });
    const request = createJsonRequest(name, call);
    return createRenewSubscriptions({
      vendor,
      subscriptions,
      client: subscriptions.createClient({ app, callbackUrl, request }),
      rows: createSubscriptionRows(postgres.query, name),
      callbackUrl,
      send: deps.sendSignals,
      count: metrics.countSubscriptionStep,
      log,
      now,
    });
  });
}
