import type { BiometricEvent } from '@bridge/contracts';
import type { Closeable, Log } from '@bridge/core';
import type { Postgres } from '@bridge/postgres';
import type { Redis } from '@bridge/redis';
import type { Policies } from '@bridge/resilience';
import type { Vault } from '@bridge/vault';
import type { Config } from '../config.ts';
import type { IngestRoutes } from '../http/ingest-routes.ts';
import type { IngestMetrics } from '../metrics.ts';
import type { EventPublisher } from '../publishing/wire.ts';
import type { Vendors } from '../vendors/check-definitions.ts';
import type { Batcher } from '@bridge/delivery';
import { createAcceptOnce } from './accept-once.ts';
import { createReceiveFlatBody, type ReceiveFlatBody } from './receive-flat-body.ts';
import { mountFlatBodyRoutes } from './routes/flat-body-routes.ts';
import { createKnownContents } from './rows/known-contents.ts';
import type { RawBody } from './rows/keep-bodies.ts';
import { createRawBodies } from './rows/raw-bodies.ts';

type Deps = {
  readonly vendors: Vendors;
  readonly config: Pick<Config, 'bodyBatches' | 'retentionDays'>;
  readonly postgres: Pick<Postgres, 'query'>;
  readonly redis: Redis;
  readonly vault: Vault;
  readonly policies: Policies;
  /** Makes an event durable. */
  readonly publish: EventPublisher['publish'];
  readonly metrics: IngestMetrics;
  readonly log: Log;
  readonly now: () => number;
};

export type FlatBodies = Closeable & {
  readonly receiveFlatBody: ReceiveFlatBody;
  readonly acceptOnce: ReturnType<typeof createAcceptOnce>;
  /** Keeps a body beside its event; see `createRawBodies`. */
  readonly keepBody: Batcher<RawBody>['add'];
  /** Mount it last: its routes take every body that no other route has taken. */
  readonly mount: (routes: IngestRoutes) => void;
};

/** Flat bodies and readings by hand: an event goes straight to Kafka, and its body is kept beside it. */
export function wireFlatBodies({
  vendors,
  config,
  postgres,
  redis,
  vault,
  policies,
  publish,
  metrics,
  log,
  now,
}: Deps): FlatBodies {
  const { bodyBatches: limits, retentionDays } = config;
  const rawBodies = createRawBodies({ limits, postgres, vault, policies, metrics, log });

  async function accept(event: BiometricEvent, raw: Buffer): Promise<void> {
    const { event_id: eventId, user_id: userId } = event;
    await Promise.all([publish(event), rawBodies.add({ eventId, userId, raw })]);
  }
  const acceptOnce = createAcceptOnce({ accept, contents: createKnownContents({ redis, policies, vault }) });
  const receiveFlatBody = createReceiveFlatBody({ acceptOnce, now, retentionDays });

  return {
    receiveFlatBody,
    acceptOnce,
    keepBody: (body) => rawBodies.add(body),
    mount({ app, requireIngest, countOutcome }) {
      mountFlatBodyRoutes(app, { vendors: vendors.all, receiveFlatBody, requireIngest, countOutcome, log });
    },
    close: () => rawBodies.close(),
  };
}
