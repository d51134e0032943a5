import type { Postgres } from '@bridge/postgres';
import type { EventPublisher } from '../publishing/wire.ts';
import { createStoreObjects, type StoreObjects } from './rows/store-objects.ts';
import { createStoreSeries, type StoreSeries } from './rows/store-series.ts';

type Deps = {
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

export function wireDocuments({ postgres, outbox, toEventMessage, now, retentionDays }: Deps): DocumentStore {
  const deps = {
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
