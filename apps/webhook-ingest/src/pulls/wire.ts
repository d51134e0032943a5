import { CodedError, type Log } from '@bridge/core';
import type { Postgres } from '@bridge/postgres';
import type { Policies } from '@bridge/resilience';
import type { Vault } from '@bridge/vault';
import type { CronItem } from 'graphile-worker';
import type { Registry } from 'prom-client';
import type { Vendors } from '../vendors/check-definitions.ts';
import type { Limit, Vendor, VendorApps } from '../vendors/vendor-definition.ts';
import { createHandleVendorFailure } from '../connections/handle-vendor-failure.ts';
import { createLoadConnection, type ConnectionSnapshot } from '../connections/load-connection.ts';
import { createPulls } from './pull-history.ts';
import { createPullWindow } from './pull-window.ts';
import { createReconcile } from './reconcile.ts';
import { createResolveNotices } from '../notices/resolve-notices.ts';
import type { AccessTokens } from '../connections/rows/access-tokens.ts';
import type { ConnectionQueries } from '../connections/rows/connection-queries.ts';
import { createNoticeSeal } from '../notices/rows/notice-seal.ts';
import { createDeletedSince } from '../documents/rows/deleted-objects.ts';
import type { StoreObjects } from '../documents/rows/store-objects.ts';
import { createRequestBudget, type RequestBudget } from '../vendor-client/request-budget.ts';
import type { StoreSeries } from '../documents/rows/store-series.ts';
import { createVendorBreaker, type VendorBreaker } from '../vendor-client/vendor-breaker.ts';
import { createVendorRequests, type VendorRequests } from '../vendor-client/vendor-requests.ts';
import { createSessions, type CreateSession } from '../vendor-client/vendor-session.ts';
import { addJobs } from '../jobs/add-jobs.ts';
import { createMarkPulled } from '../documents/rows/arrivals.ts';
import { observeWaitingNotices } from '../jobs/job-metrics.ts';
import { createNoticeQueue, type NoticeQueue } from '../notices/rows/notice-queue.ts';
import { createPrune } from '../jobs/prune.ts';
import { createReconciledCounter, createSettledCounter } from './pull-metrics.ts';
import { createPullRows } from './rows/pull-rows.ts';
import type { Task } from '../jobs/start-jobs.ts';
import { createRemoveStaleJobs } from '../jobs/stale-jobs.ts';
import { createWaitingNotices, verdictStatements } from '../notices/rows/waiting-notices.ts';

type Deps = {
  readonly postgres: Pick<Postgres, 'query'>;
  readonly vault: Vault;
  readonly vendors: Vendors;
  /** Of the vendors that are configured. */
  readonly apps: VendorApps;
  readonly tokens: Pick<AccessTokens, 'tokenOf' | 'refused'>;
  readonly rows: ConnectionQueries;
  readonly storeObjects: StoreObjects;
  readonly storeSeries: StoreSeries;
  readonly policies: Policies;
  readonly metrics: Registry;
  readonly log: Log;
  readonly now: () => number;
  /** Of vendors whose answers state none. Default: those that the vendor publishes. */
  readonly limits?: Readonly<Record<Vendor, readonly Limit[]>>;
};

export type VendorPulls = {
  readonly tasks: Readonly<Record<string, Task>>;
  readonly cron: readonly CronItem[];
  /** Requests that the scarcest limit has left; undefined for a vendor that is not configured. */
  readonly quotaLeft: (vendor: Vendor) => Promise<number | undefined>;
  /** For looking at a vendor, such as whether it has what never came to us. */
  readonly createSession: CreateSession;
};

/** Everything that fetches from vendors, as tasks of jobs. */
export function wirePulls(deps: Deps): VendorPulls {
  const { postgres, vault, rows, storeObjects, storeSeries, metrics, log, now } = deps;
  const { query } = postgres;
  observeWaitingNotices(metrics, query);
  const line = createNoticeQueue(query);
  const { requestsOf, budgetOf, breakerOf } = createVendorClients(deps, line);
  const createSession = createSessions({ vendors: deps.vendors, requestsOf });
  const shared = {
    vendors: deps.vendors,
    loadConnection: createLoadConnection({ byId: (id) => rows.byId(id), people: (ids) => vault.byId(ids) }),
    createSession,
    handleVendorFailure: createHandleVendorFailure({
      markState: (opened, state, notBefore) => rows.markState(opened, state, notBefore),
      now,
    }),
    markActive: (opened: ConnectionSnapshot) => rows.markState(opened, 'active', null),
    addJob: (job: Parameters<typeof addJobs>[1][number]) => addJobs(query, [job]),
    now,
  };

  const waiting = createWaitingNotices(query, createNoticeSeal(vault));
  const resolveNotices = createResolveNotices({
    ...shared,
    waiting,
    storeObjects,
    deletedSince: createDeletedSince(query),
    verdictStatements,
    newestInLineMs: (vendor) => line.newestMs(vendor),
    breakerOf,
    count: createSettledCounter(metrics),
    log,
  });
  const { pullHistory, reconcileConnection } = createPulls({
    ...shared,
    pullWindow: createPullWindow({
      vendors: deps.vendors,
      storeObjects,
      storeSeries,
      markPulled: createMarkPulled(query),
      log,
    }),
    pulls: createPullRows(query),
    isNoticeDue: async (connectionId) => ((await waiting.nextDue(connectionId))?.dueMs ?? Infinity) <= now(),
    countReconciled: createReconciledCounter(metrics),
  });

  return {
    tasks: {
      resolve_notices: resolveNotices,
      pull_history: pullHistory,
      reconcile_connection: reconcileConnection,
      reconcile: createReconcile({
        live: (after) => rows.live(after),
        addJobs: (jobs) => addJobs(query, jobs),
        now,
      }),
      prune: createPrune(query),
      remove_superseded: createRemoveStaleJobs(query),
    },
    cron: [
      { task: 'reconcile', match: '3 * * * *', options: { maxAttempts: 3 } },
      { task: 'remove_superseded', match: '33 * * * *', options: { maxAttempts: 3 } },
      { task: 'prune', match: '23 3 * * *', options: { maxAttempts: 3 } },
    ],
    async quotaLeft(vendor) {
      const left = await budgetOf(vendor)?.left();
      return left && Math.min(...left.map((one) => one.left));
    },
    createSession,
  };
}

/** One breaker and one budget for each vendor. */
function createVendorClients(
  { vendors, apps, postgres, tokens, policies, now, limits = {} }: Deps,
  line: NoticeQueue,
) {
  const breakers = new Map<Vendor, VendorBreaker>();
  const budgets = new Map<Vendor, RequestBudget>();
  const requests = new Map<Vendor, VendorRequests>();
  for (const { name: vendor, limits: published } of vendors.all) {
    const app = apps[vendor];
    if (app === undefined) continue;
    const own = limits[vendor] ?? published;
    const budget = createRequestBudget({ query: postgres.query, vendor, limits: own, now });
    const call = policies.call(`${vendor}-api`, {
      timeoutMs: 10_000,
      attempts: 2,
      backoff: { initialMs: 200, maxMs: 1_000 },
    });
    const breaker = createVendorBreaker({
      queue: {
        pause: (untilMs) => line.pause(vendor, untilMs),
        resume: (atMost) => line.resume(vendor, atMost),
      },
      now,
      random: Math.random,
      report: policies.reportBreaker(`${vendor}-api`),
    });
    breakers.set(vendor, breaker);
    budgets.set(vendor, budget);
    requests.set(vendor, createVendorRequests({ baseUrl: app.apiUrl, tokens, budget, breaker, call, now }));
  }
  return {
    budgetOf: (vendor: Vendor) => budgets.get(vendor),
    breakerOf: (vendor: Vendor) => breakers.get(vendor),
    requestsOf: (vendor: Vendor): VendorRequests => {
      const found = requests.get(vendor);
      if (found !== undefined) return found;
      throw new CodedError('vendor_not_configured', 'transient', `${vendor} has no client id.`);
    },
  };
}
