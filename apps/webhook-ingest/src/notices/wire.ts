import type { Closeable } from '@bridge/core';
import type { Postgres } from '@bridge/postgres';
import type { Redis } from '@bridge/redis';
import type { Policies } from '@bridge/resilience';
import type { Vault } from '@bridge/vault';
import type { Registry } from 'prom-client';
import { createBatcher, type Batcher } from '../publishing/batcher.ts';
import type { NoticeDelivery } from './receive-notice.ts';
import { createConnectionQueries } from '../connections/rows/connection-queries.ts';
import { createSeenSignatures } from '../signatures/seen-signatures.ts';
import { createNoticeCounter } from './rows/notice-metrics.ts';
import { createNoticeSeal } from './rows/notice-seal.ts';
import { createStoreNotices } from './rows/store-notices.ts';

type Deps = {
  readonly postgres: Postgres;
  readonly redis: Redis;
  readonly vault: Vault;
  readonly policies: Policies;
  readonly metrics: Registry;
  readonly config: {
    /** In milliseconds. */
    readonly signatureWindowMs: number;
    readonly batches: { readonly lingerMs: number; readonly maxItems: number; readonly maxWaiting: number };
  };
};

export type Notices = Closeable & Pick<Batcher<NoticeDelivery>, 'add'>;

/** Notices that arrive together share a statement. `add` resolves when row and job are committed. */
export function wireNotices({
  postgres: { query },
  redis,
  vault,
  policies,
  metrics,
  config: { signatureWindowMs, batches },
}: Deps): Notices {
  const connections = createConnectionQueries(query);
  const storeNotices = createStoreNotices({
    query,
    vault,
    seal: createNoticeSeal(vault),
    // A signed time may lie a window ahead, and is believed until a window behind.
    seen: createSeenSignatures({ redis, query, policies, keepMs: 2 * signatureWindowMs }),
    byVendorUser: (vendor, indexes) => connections.byVendorUser(vendor, indexes),
    count: createNoticeCounter(metrics),
  });
  // Vendors wait about a second; what is not stored by then they send again.
  const storing = policies.call('store-notices', {
    timeoutMs: 3_000,
    attempts: 2,
    breaker: { failures: 3, openMs: 1_000 },
  });
  return createBatcher<NoticeDelivery>({
    ...batches,
    run: async (batch) => {
      await storing(() => storeNotices(batch));
      return new Map();
    },
  });
}
