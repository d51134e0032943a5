import { randomUUID } from 'node:crypto';
import type { Closeable, Log } from '@bridge/core';
import { createOutboxRows, startRelay, type Publisher, type Relay } from '@bridge/kafka';
import { createOutbox, observeOutbox, type Outbox, type Postgres } from '@bridge/postgres';
import { createOutboxSeal, type OutboxSeal, type Vault } from '@bridge/vault';
import type { Registry } from 'prom-client';

export type ServiceOutboxOptions = {
  /** The service's schema; the table is `<schema>.outbox`. */
  readonly schema: string;
  readonly postgres: Postgres;
  readonly vault: Vault;
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly metrics: Registry;
  readonly log: Log;
};

export type ServiceOutbox = Closeable & {
  readonly outbox: Outbox;
  readonly outboxSeal: OutboxSeal;
  readonly relay: Pick<Relay, 'offer' | 'nudge' | 'isBehind'>;
};

/** A service's outbox with its relay, which publishes the rows of earlier processes before anything else. */
export function startServiceOutbox(options: ServiceOutboxOptions): ServiceOutbox {
  const { schema, postgres, vault, publisher, metrics, log } = options;
  const { query } = postgres;
  const outbox = createOutbox(schema, randomUUID());
  const outboxSeal = createOutboxSeal(vault, `${schema}.outbox`);
  observeOutbox(metrics, outbox, query);
  const store = createOutboxRows({ rows: outbox.rowsOn(query), unseal: outboxSeal.unseal, log });
  const relay = startRelay({ store, publish: (messages) => publisher.publish(messages), log });
  return { outbox, outboxSeal, relay, close: () => relay.close() };
}
