import { Counter, type Registry } from 'prom-client';
import type { EventMessage } from './publish-or-spool.ts';

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
