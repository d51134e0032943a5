import type { Language } from '@bridge/contracts';
import type { MakeMessage } from '@bridge/kafka';
import type { Log } from '@bridge/core';
import type { Postgres } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import { connectionJobs } from '../connections/rows/connection-jobs.ts';
import type { JobSet } from '../jobs/start-jobs.ts';
import type { IngestMetrics } from '../metrics.ts';
import { createToSignalMessage } from '../publishing/to-message.ts';
import type { EventPublisher } from '../publishing/wire.ts';
import type { VendorClient } from '../vendor-client/wire.ts';
import type { Vendors } from '../vendors/check-definitions.ts';
import { expectedIntervals } from './domain/expected-intervals.ts';
import { createListSince } from './list-since.ts';
import { countSilences } from './rows/silence-rows.ts';
import { createSilenceStore } from './rows/silence-store.ts';
import { createWatchSilence } from './watch-silence.ts';

type Deps = Pick<VendorClient, 'createSession'> & {
  readonly vendors: Vendors;
  readonly postgres: Pick<Postgres, 'query' | 'transaction'>;
  readonly vault: Vault;
  readonly outbox: Pick<EventPublisher['outbox'], 'rows' | 'seal' | 'nudge'>;
  readonly makeMessage: MakeMessage;
  readonly languageOf: (userId: string) => Promise<Language | undefined>;
  readonly metrics: IngestMetrics;
  readonly log: Log;
  readonly now: () => number;
};

/** The job that looks for connections from which nothing comes. */
export function wireSilence(deps: Deps): JobSet {
  const { vendors, postgres, vault, outbox, makeMessage, createSession, metrics, log, now } = deps;
  metrics.observeSilences(() => countSilences(postgres.query));
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
    languageOf: deps.languageOf,
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
