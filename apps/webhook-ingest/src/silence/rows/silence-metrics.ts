import type { Query } from '@bridge/postgres';
import { Gauge, type Registry } from 'prom-client';
import { silenceCauses } from '../domain/feed-state.ts';
import type { VendorDefinition } from '../../vendors/vendor-definition.ts';

/** `silent_data_types{vendor, cause}` from the database. */
export function observeSilences(metrics: Registry, query: Query, vendors: readonly VendorDefinition[]): void {
  new Gauge({
    name: 'silent_data_types',
    help: 'Data types of connections of which nothing came for longer than their rhythm, by cause.',
    labelNames: ['vendor', 'cause'] as const,
    registers: [metrics],
    async collect() {
      const rows = await query<{ vendor: string; cause: string; n: number }>(
        `select c.vendor, a.silence_cause as cause, count(*) n
           from ingest.arrivals a join ingest.connections c using (connection_id)
          where a.silence_id is not null group by c.vendor, a.silence_cause`,
      ).catch(() => undefined);
      this.reset();
      // PostgreSQL is down, and its component says so: no figure is better than an old one.
      if (rows === undefined) return;
      for (const { name: vendor } of vendors)
        for (const cause of silenceCauses) this.set({ vendor, cause }, 0);
      for (const { vendor, cause, n } of rows) this.set({ vendor, cause }, n);
    },
  });
}
