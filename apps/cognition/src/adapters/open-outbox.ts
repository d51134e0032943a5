import { randomUUID } from 'node:crypto';
import type { Closeable, Log } from '@bridge/core';
import { createOutboxRows, startRelay, type Publisher, type Relay } from '@bridge/kafka';
import { createOutbox, observeOutbox, type Outbox, type Postgres } from '@bridge/postgres';
import { createOutboxSeal, type OutboxSeal, type Vault } from '@bridge/vault';
import type { Registry } from 'prom-client';

type Deps = {
  readonly postgres: Postgres;
  readonly vault: Vault;
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly metrics: Registry;
  readonly log: Log;
};

export type CognitionOutbox = Closeable & {
  readonly outbox: Outbox;
  readonly outboxSeal: OutboxSeal;
  readonly relay: Pick<Relay, 'offer'>;
};

/** `cognition.outbox` with its relay, which publishes what earlier processes left before anything else. */
export function openOutbox({ postgres, vault, publisher, metrics, log }: Deps): CognitionOutbox {
  const { query } = postgres;
  const outbox = createOutbox('cognition', randomUUID());
  const outboxSeal = createOutboxSeal(vault, 'cognition.outbox');
  observeOutbox(metrics, outbox, query);
  const store = createOutboxRows({ rows: outbox.rowsOn(query), unseal: outboxSeal.unseal, log });
  const relay = startRelay({ store, publish: (messages) => publisher.publish(messages), log });
  return { outbox, outboxSeal, relay, close: () => relay.close() };
}
