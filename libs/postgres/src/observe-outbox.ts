import { Gauge, type Registry } from 'prom-client';
import type { Outbox } from './outbox.ts';
import type { Query } from './transaction.ts';

/** Asked at scrape time. While PostgreSQL does not answer, the gauges have no value rather than an old one. */
export function observeOutbox(metrics: Registry, outbox: Pick<Outbox, 'depth'>, query: Query): void {
  let asking: ReturnType<Outbox['depth']> | undefined;
  /** One question for both gauges, since a scrape collects them side by side. */
  async function depth() {
    asking ??= outbox.depth(query).finally(() => (asking = undefined));
    // The health routes and the pool report that PostgreSQL is down; a scrape must not fail for it.
    return asking.catch(() => undefined);
  }

  const rows = new Gauge({
    name: 'outbox_rows',
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
    name: 'outbox_oldest_seconds',
    help: 'Age of the oldest row that waits to be published.',
    registers: [metrics],
    async collect() {
      oldest.set((await depth())?.oldestSeconds ?? Number.NaN);
    },
  });
}
