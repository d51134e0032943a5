import type { MakeMessage } from '@bridge/kafka';
import type { Log } from '@bridge/core';
import type { Outbox, Postgres } from '@bridge/postgres';
import type { OutboxSeal, Vault } from '@bridge/vault';
import type { CronItem } from 'graphile-worker';
import type { Registry } from 'prom-client';
import { createWatchSilence } from './watch-silence.ts';
import { connectionJobs } from '../connections/rows/connection-jobs.ts';
import type { Task } from '../jobs/start-jobs.ts';
import { expectedIntervals } from './domain/expected-intervals.ts';
import type { Vendors } from '../vendors/check-definitions.ts';
import { createToSignalMessage } from '../publishing/signal-message.ts';
import type { CreateSession } from '../vendor-client/vendor-session.ts';
import { createListSince } from './list-since.ts';
import { observeSilences } from './rows/silence-metrics.ts';
import { createSilenceStore } from './rows/silence-store.ts';

type Deps = {
  readonly vendors: Vendors;
  readonly postgres: Pick<Postgres, 'query' | 'transaction'>;
  readonly vault: Vault;
  readonly outbox: { readonly rows: Outbox; readonly seal: OutboxSeal; readonly nudge: () => void };
  readonly makeMessage: MakeMessage;
  readonly createSession: CreateSession;
  readonly metrics: Registry;
  readonly log: Log;
  readonly now: () => number;
};

export type SilenceWatch = {
  readonly tasks: Readonly<Record<string, Task>>;
  readonly cron: readonly CronItem[];
};

/** The look at silent connections, as a task of jobs. */
export function wireSilence(deps: Deps): SilenceWatch {
  const { vendors, postgres, vault, outbox, makeMessage, createSession, metrics, log, now } = deps;
  observeSilences(metrics, postgres.query, vendors.all);
  const intervals = expectedIntervals(vendors.all);
  const watchSilence = createWatchSilence({
    vendors,
    intervals,
    store: createSilenceStore({
      intervals,
      postgres,
      outbox: outbox.rows,
      outboxSeal: outbox.seal,
      toSignalMessage: createToSignalMessage(makeMessage),
      onSpooled: outbox.nudge,
    }),
    people: (subjectIds) => vault.byId(subjectIds),
    listSince: createListSince(createSession, now),
    fetchHistory: (connectionId) =>
      postgres.transaction((tx) => connectionJobs.pullHistory(tx.query, connectionId)),
    log,
    now,
  });
  return {
    tasks: { watch_silence: watchSilence },
    cron: [{ task: 'watch_silence', match: '*/15 * * * *', options: { maxAttempts: 3 } }],
  };
}
