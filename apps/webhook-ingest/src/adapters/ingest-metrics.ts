import type { Outbox, Query } from '@bridge/postgres';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { EventMessage } from '../accept-batch.ts';

type Stores = {
  readonly outbox: { spool(messages: readonly EventMessage[]): Promise<void> };
  readonly publisher: { publish(messages: readonly EventMessage[]): Promise<void> };
};

/** The two ways in which events become durable, counted. */
export function countDurable(metrics: Registry, { outbox, publisher }: Stores) {
  const durable = new Counter({
    name: 'ingest_events_durable_total',
    help: 'Accepted events by what made them durable: kafka, or outbox while Kafka is down.',
    labelNames: ['by'] as const,
    registers: [metrics],
  });
  return {
    async publish(messages: readonly EventMessage[]): Promise<void> {
      await publisher.publish(messages);
      durable.inc({ by: 'kafka' }, messages.length);
    },
    async spool(messages: readonly EventMessage[]): Promise<void> {
      await outbox.spool(messages);
      durable.inc({ by: 'outbox' }, messages.length);
    },
  };
}

/** Asked at scrape time. While PostgreSQL does not answer, the gauges have no value rather than an old one. */
export function observeOutbox(metrics: Registry, outbox: Outbox, query: Query): void {
  let asking: ReturnType<Outbox['depth']> | undefined;
  /** One question for both gauges, since a scrape collects them side by side. */
  async function depth() {
    asking ??= outbox.depth(query).finally(() => (asking = undefined));
    // The health routes and the pool report that PostgreSQL is down; a scrape must not fail for it.
    return asking.catch(() => undefined);
  }

  const rows = new Gauge({
    name: 'ingest_outbox_rows',
    help: 'Rows of the outbox: waiting to be published, or parked because the broker refuses them.',
    labelNames: ['state'] as const,
    registers: [metrics],
    async collect() {
      const found = await depth();
      rows.reset();
      if (found === undefined) return;
      rows.set({ state: 'waiting' }, found.waiting);
      rows.set({ state: 'parked' }, found.parked);
    },
  });
  const oldest = new Gauge({
    name: 'ingest_outbox_oldest_seconds',
    help: 'Age of the oldest row that waits to be published.',
    registers: [metrics],
    async collect() {
      oldest.set((await depth())?.oldestSeconds ?? Number.NaN);
    },
  });
}
