import type { Postgres } from '@bridge/postgres';
import type { Log } from '@bridge/core';
import type { IngestMetrics } from '../metrics.ts';
import type { EventPublisher } from '../publishing/wire.ts';
import { createReportLosses } from './report-losses.ts';
import { createStoreObjects, type StoreObjects } from './rows/store-objects.ts';
import { createStoreSeries, type StoreSeries } from './rows/store-series.ts';

type Deps = {
  readonly metrics: Pick<IngestMetrics, 'countLostField'>;
  readonly log: Log;
  readonly postgres: Pick<Postgres, 'transaction'>;
  readonly outbox: Pick<EventPublisher['outbox'], 'rows' | 'seal' | 'offer'>;
  readonly toEventMessage: EventPublisher['toEventMessage'];
  readonly now: () => number;
  readonly retentionDays: number;
};

/** What stores documents of vendors and phones, with their events in the outbox of the same transaction. */
export type DocumentStore = {
  /** Documents whose objects have versions. */
  readonly storeObjects: StoreObjects;
  /** Points without ids. */
  readonly storeSeries: StoreSeries;
};

export function wireDocuments(given: Deps): DocumentStore {
  const { postgres, outbox, toEventMessage, metrics, log, now, retentionDays } = given;
  const deps = {
    report: createReportLosses({ countLost: metrics.countLostField, log, now }),
    transaction: postgres.transaction,
    outbox: outbox.rows,
    outboxSeal: outbox.seal,
    offer: outbox.offer,
    toEventMessage,
    now,
    retentionDays,
  };
  return { storeObjects: createStoreObjects(deps), storeSeries: createStoreSeries(deps) };
}
