import type { Closeable, Log } from '@bridge/core';
import type { Postgres } from '@bridge/postgres';
import type { Config } from '../config.ts';
import type { IngestMetrics } from '../metrics.ts';
import { createPrune } from './prune.ts';
import { createRemoveStaleJobs } from './stale-jobs.ts';
import { startJobs, type JobSet } from './start-jobs.ts';

type Deps = {
  readonly config: Config['jobs'];
  readonly postgres: Postgres;
  readonly metrics: IngestMetrics;
  readonly log: Log;
};

/** Runs the jobs of all features, and those that tidy up behind them. */
export function wireJobs(features: readonly JobSet[], { config, postgres, metrics, log }: Deps): Closeable {
  const upkeep = wireTidying(postgres);
  const all = [...features, upkeep];
  const tasks = Object.assign({}, ...all.map((one) => one.tasks)) as JobSet['tasks'];
  const cron = all.flatMap((one) => one.cron);
  return startJobs({ ...config, tasks, cron }, { postgres, metrics, log });
}

function wireTidying({ query }: Pick<Postgres, 'query'>): JobSet {
  return {
    tasks: { prune: createPrune(query), remove_superseded: createRemoveStaleJobs(query) },
    cron: [
      { task: 'remove_superseded', match: '33 * * * *', options: { maxAttempts: 3 } },
      { task: 'prune', match: '23 3 * * *', options: { maxAttempts: 3 } },
    ],
  };
}
