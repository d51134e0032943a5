import type { Closeable, Log } from '@bridge/core';
import type { Postgres } from '@bridge/postgres';
import type { Registry } from 'prom-client';
import { createCensus } from './census.ts';
import { startOnlyOne } from './only-one.ts';
import { createUpkeep } from './upkeep.ts';

type Deps = {
  readonly postgres: Postgres;
  readonly metrics: Registry;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Between two looks, in milliseconds. */
  readonly everyMs?: number;
  readonly log: Log;
};

/** Counting reads every person's row: with a million it takes a second, and may take at most this share of the time. */
const countingShare = 0.02;

/** What one worker does for the whole database: it counts persons by mode, and keeps tables in shape once a day. */
export function startHousekeeping({ metrics, now, ...deps }: Deps): Closeable {
  const census = createCensus(metrics);
  const keepUp = createUpkeep({ now, log: deps.log });
  let nextCount = 0;
  return startOnlyOne({
    ...deps,
    work: async (query) => {
      const started = now();
      if (started >= nextCount) {
        await census.count(query);
        nextCount = started + (now() - started) / countingShare;
      }
      await keepUp(query);
    },
    onOther: () => {
      nextCount = 0;
      census.forget();
    },
  });
}
