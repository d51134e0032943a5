import type { Log } from '@bridge/core';
import type { Postgres } from '@bridge/postgres';
import type { Connections } from '../connections/wire.ts';
import { createMarkPulled } from '../documents/rows/arrivals.ts';
import type { DocumentStore } from '../documents/wire.ts';
import { addJobs } from '../jobs/add-jobs.ts';
import type { JobSet } from '../jobs/start-jobs.ts';
import type { IngestMetrics } from '../metrics.ts';
import type { NoticeResolution } from '../notices/wire.ts';
import type { VendorClient } from '../vendor-client/wire.ts';
import type { Vendors } from '../vendors/check-definitions.ts';
import { createPullHistory } from './pull-history.ts';
import { createPullTurn } from './pull-turn.ts';
import { createPullWindow } from './pull-window.ts';
import { createReconcileConnection } from './reconcile-connection.ts';
import { createReconcile } from './reconcile.ts';
import { createPullRows } from './rows/pull-rows.ts';

type Deps = DocumentStore &
  Pick<VendorClient, 'createSession'> &
  Pick<NoticeResolution, 'isNoticeDue'> &
  Pick<Connections, 'queries' | 'loadConnection' | 'handleVendorFailure' | 'markActive'> & {
    readonly vendors: Vendors;
    readonly postgres: Pick<Postgres, 'query'>;
    readonly metrics: IngestMetrics;
    readonly log: Log;
    readonly now: () => number;
  };

/** The jobs that fetch what no notice named: a connection's past, and again and again its last days. */
export function wirePulls(deps: Deps): JobSet {
  const { vendors, postgres, queries, storeObjects, storeSeries, metrics, log, now } = deps;
  const { query } = postgres;
  const turn = createPullTurn({
    loadConnection: deps.loadConnection,
    createSession: deps.createSession,
    handleVendorFailure: deps.handleVendorFailure,
    markActive: deps.markActive,
    addJob: (job) => addJobs(query, [job]),
    now,
  });
  const shared = {
    vendors,
    turn,
    pullWindow: createPullWindow({
      vendors,
      storeObjects,
      storeSeries,
      markPulled: createMarkPulled(query),
      countOutOfRange: metrics.countOutOfRange,
      log,
    }),
    pulls: createPullRows(query),
    now,
  };
  const { reconcileConnection, reconcile } = createReconcileConnection({
    ...shared,
    countReconciled: metrics.countReconciled,
  });
  const pullHistory = createPullHistory({ ...shared, reconcile, isNoticeDue: deps.isNoticeDue });
  return {
    tasks: {
      pull_history: pullHistory,
      reconcile_connection: reconcileConnection,
      reconcile: createReconcile({
        live: (after) => queries.live(after),
        addJobs: (jobs) => addJobs(query, jobs),
        now,
      }),
    },
    cron: [{ task: 'reconcile', match: '3 * * * *', options: { maxAttempts: 3 } }],
  };
}
