import type { Closeable, Log } from '@bridge/core';
import { startServiceOutbox } from '@bridge/delivery';
import type { Publisher, Relay } from '@bridge/kafka';
import type { Outbox, Postgres } from '@bridge/postgres';
import type { Policies } from '@bridge/resilience';
import type { OutboxSeal, Vault } from '@bridge/vault';
import type { Registry } from 'prom-client';
import type { EventMessage, KafkaStatus } from './publish-or-spool.ts';
import { createOutboxBacklog } from './outbox-backlog.ts';
import { createOutboxSpool } from './outbox-spool.ts';

type Deps = {
  readonly postgres: Postgres;
  readonly vault: Vault;
  readonly publisher: Publisher;
  readonly policies: Policies;
  readonly status: KafkaStatus;
  readonly metrics: Registry;
  readonly log: Log;
};

export type IngestOutbox = Closeable & {
  /** For transactions that write rows of their own; `offer` them to the relay after the commit, or `nudge` it. */
  readonly rows: Outbox;
  readonly seal: OutboxSeal;
  readonly offer: Relay['offer'];
  readonly nudge: Relay['nudge'];
  /** Which of these persons have unpublished rows. */
  readonly backlogOf: (userIds: ReadonlySet<string>) => Promise<ReadonlySet<string>>;
  readonly spool: (messages: readonly EventMessage[]) => Promise<void>;
};

/** `ingest.outbox` with its relay, which first publishes the rows that earlier processes left. */
export function createIngestOutbox({
  postgres,
  vault,
  publisher,
  policies,
  status,
  metrics,
  log,
}: Deps): IngestOutbox {
  const { query } = postgres;
  const publish: Publisher['publish'] = async (messages) => {
    await publisher.publish(messages);
    status.up = true;
  };
  const running = startServiceOutbox({
    schema: 'ingest',
    postgres,
    vault,
    publisher: { publish },
    metrics,
    log,
  });
  const { outbox, outboxSeal, relay } = running;
  const backlogOf = createOutboxBacklog(query, vault);
  const spool = createOutboxSpool({ query, outbox, outboxSeal, vault, onSpooled: relay.nudge });
  // A PostgreSQL that hangs delays two batches by a second each; then the circuit opens and Kafka alone is used.
  const reading = policies.call('outbox-backlog', {
    timeoutMs: 1_000,
    breaker: { failures: 2, openMs: 2_000 },
  });
  const writing = policies.call('outbox-spool', {
    timeoutMs: 3_000,
    breaker: { failures: 2, openMs: 1_000 },
  });
  return {
    rows: outbox,
    seal: outboxSeal,
    offer: relay.offer,
    nudge: relay.nudge,
    backlogOf: (userIds) => reading(() => backlogOf(userIds)),
    spool: (messages) => writing(() => spool(messages)),
    close: () => running.close(),
  };
}
