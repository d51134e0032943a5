import type { Closeable, Log } from '@bridge/core';
import type { Postgres, Query } from '@bridge/postgres';
import type { Registry } from 'prom-client';
import { createPopulationMetrics } from './population-metrics.ts';
import { startLeader } from './leader-lock.ts';
import { createPartitionMaintenance } from './partition-maintenance.ts';

type Deps = {
  readonly postgres: Postgres;
  readonly metrics: Registry;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Writes the blocks of finished days. */
  readonly maintainBlocks: (query: Query) => Promise<unknown>;
  /** Between two looks, in milliseconds. */
  readonly everyMs?: number;
  readonly log: Log;
};

/** Counting reads every person's row: with a million it takes a second. It may take at most this share of the time. */
const countingShare = 0.02;

/** The leader counts persons by mode, maintains the partitions once a day, and writes the blocks of finished days. */
export function startMaintenance({ metrics, now, maintainBlocks, ...deps }: Deps): Closeable {
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
      await maintainBlocks(query);
    },
    onFollower: () => {
      nextCount = 0;
      population.forget();
    },
  });
}
