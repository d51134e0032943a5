import type { Closeable, Log } from '@bridge/core';
import type { Postgres } from '@bridge/postgres';
import type { Registry } from 'prom-client';
import { createPopulationMetrics } from './population-metrics.ts';
import { startLeader } from './leader-lock.ts';
import { createPartitionMaintenance } from './partition-maintenance.ts';

type Deps = {
  readonly postgres: Postgres;
  readonly metrics: Registry;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Between two looks, in milliseconds. */
  readonly everyMs?: number;
  readonly log: Log;
};

/** Counting reads every person's row: with a million it takes a second. It may take at most this share of the time. */
const countingShare = 0.02;

/** The leader counts persons by mode, and maintains the partitions once a day. */
export function startMaintenance({ metrics, now, ...deps }: Deps): Closeable {
  const population = createPopulationMetrics(metrics);
  const maintainPartitions = createPartitionMaintenance({ now, log: deps.log });
  let nextCount = 0;
  return startLeader({
    ...deps,
    work: async (query) => {
      const started = now();
      if (started >= nextCount) {
        await population.count(query);
        nextCount = started + (now() - started) / countingShare;
      }
      await maintainPartitions(query);
    },
    onFollower: () => {
      nextCount = 0;
      population.forget();
    },
  });
}
