import type { Closeable, Log } from '@bridge/core';
import type { Postgres } from '@bridge/postgres';
import type { Redis } from '@bridge/redis';
import type { Policies } from '@bridge/resilience';
import type { Vault } from '@bridge/vault';
import type { Config } from '../config.ts';
import type { Connections } from '../connections/wire.ts';
import { createDeletedSince } from '../documents/rows/deleted-objects.ts';
import type { DocumentStore } from '../documents/wire.ts';
import type { IngestRoutes } from '../http/ingest-routes.ts';
import { addJobs } from '../jobs/add-jobs.ts';
import type { JobSet } from '../jobs/start-jobs.ts';
import type { IngestMetrics } from '../metrics.ts';
import { createBatcher } from '../publishing/batcher.ts';
import { createSeenSignatures } from '../signatures/seen-signatures.ts';
import type { VendorClient } from '../vendor-client/wire.ts';
import type { Vendors } from '../vendors/check-definitions.ts';
import type { VendorApps } from '../vendors/vendor-app.ts';
import { createReceiveNotice, type NoticeDelivery, type VendorVerifiers } from './receive-notice.ts';
import { createResolveNotices } from './resolve-notices.ts';
import { createResolveRound } from './resolve-round.ts';
import { mountNoticeRoutes } from './routes/notice-routes.ts';
import type { NoticeQueue } from './rows/notice-queue.ts';
import { createNoticeSeal } from './rows/notice-seal.ts';
import { createStoreNotices } from './rows/store-notices.ts';
import { createStoreRound } from './store-round.ts';
import { countBacklog, createWaitingNotices, verdictStatements } from './rows/waiting-notices.ts';

type IntakeDeps = {
  readonly vendors: Vendors;
  /** Of the vendors that are configured. */
  readonly apps: VendorApps;
  readonly postgres: Pick<Postgres, 'query'>;
  readonly redis: Redis;
  readonly vault: Vault;
  readonly verifiers: VendorVerifiers;
  readonly queries: Pick<Connections['queries'], 'byVendorUser'>;
  readonly policies: Policies;
  readonly metrics: IngestMetrics;
  readonly config: Pick<Config, 'signatureWindowMs' | 'batches'>;
  readonly log: Log;
  readonly now: () => number;
};

export type NoticeIntake = Closeable & {
  /** Mount it first: a vendor's signature decides before any key does. */
  readonly mount: (routes: IngestRoutes) => void;
};

/** Stores signed notices with the jobs that resolve them. Notices that arrive together share a statement. */
export function wireNoticeIntake(deps: IntakeDeps): NoticeIntake {
  const { postgres, redis, vault, verifiers, queries, policies, metrics, config, log, now } = deps;
  const { query } = postgres;
  const storeNotices = createStoreNotices({
    query,
    vault,
    seal: createNoticeSeal(vault),
    // A signed time may lie a window ahead, and is believed until a window behind.
    seen: createSeenSignatures({ redis, query, policies, keepMs: 2 * config.signatureWindowMs }),
    byVendorUser: (vendor, indexes) => queries.byVendorUser(vendor, indexes),
    count: metrics.countNotice,
  });
  // Vendors wait about a second; what is not stored by then they send again.
  const storing = policies.call('store-notices', {
    timeoutMs: 3_000,
    attempts: 2,
    breaker: { failures: 3, openMs: 1_000 },
  });
  const batcher = createBatcher<NoticeDelivery>({
    ...config.batches,
    run: async (batch) => {
      await storing(() => storeNotices(batch));
      return new Map();
    },
  });
  const receiveNotice = createReceiveNotice({
    verify: verifiers,
    accept: (notice) => batcher.add(notice),
    now,
  });
  return {
    mount({ app, limits, countOutcome }) {
      mountNoticeRoutes(app, {
        receiveNotice,
        vendors: deps.vendors.all,
        apps: deps.apps,
        limits,
        countOutcome,
        countRefused: metrics.countRefusedSignature,
        log,
      });
    },
    close: () => batcher.close(),
  };
}

type ResolutionDeps = DocumentStore &
  Pick<VendorClient, 'createSession' | 'breakerOf'> &
  Pick<Connections, 'loadConnection' | 'handleVendorFailure' | 'markActive'> & {
    readonly vendors: Vendors;
    readonly postgres: Pick<Postgres, 'query'>;
    readonly vault: Vault;
    readonly queue: NoticeQueue;
    readonly metrics: IngestMetrics;
    readonly log: Log;
    readonly now: () => number;
  };

export type NoticeResolution = {
  /** Whether a notice of this connection has its turn. */
  readonly isNoticeDue: (connectionId: string) => Promise<boolean>;
  readonly jobs: JobSet;
};

/** The jobs that turn waiting notices into documents. */
export function wireNoticeResolution(deps: ResolutionDeps): NoticeResolution {
  const { postgres, vault, queue, metrics, now } = deps;
  const { query } = postgres;
  metrics.observeBacklog(() => countBacklog(query));
  const waiting = createWaitingNotices(query, createNoticeSeal(vault));
  const resolveRound = createResolveRound({
    vendors: deps.vendors,
    waiting,
    createSession: deps.createSession,
    deletedSince: createDeletedSince(query),
    storeRound: createStoreRound({
      vendors: deps.vendors,
      storeObjects: deps.storeObjects,
      verdictStatements,
      count: metrics.countObject,
      log: deps.log,
      now,
    }),
    markActive: deps.markActive,
    newestQueuedMs: (vendor) => queue.newestMs(vendor),
    breakerOf: deps.breakerOf,
    now,
  });
  const resolveNotices = createResolveNotices({
    loadConnection: deps.loadConnection,
    waiting,
    resolveRound,
    handleVendorFailure: deps.handleVendorFailure,
    addJob: (job) => addJobs(query, [job]),
    breakerOf: deps.breakerOf,
    now,
  });
  return {
    isNoticeDue: async (connectionId) => ((await waiting.nextDue(connectionId))?.dueMs ?? Infinity) <= now(),
    jobs: { tasks: { resolve_notices: resolveNotices }, cron: [] },
  };
}
