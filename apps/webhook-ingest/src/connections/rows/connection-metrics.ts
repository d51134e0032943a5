import type { Query } from '@bridge/postgres';
import { Counter, Gauge, type Registry } from 'prom-client';
import { connectionStates } from '../domain/connection.ts';
import type { Vendor, VendorDefinition } from '../../vendors/vendor-definition.ts';

/** `refused`: the person has to consent again. `unclear`: no answer; the old pair is kept. */
export type CountRefresh = (vendor: Vendor, outcome: 'renewed' | 'refused' | 'unclear') => void;

/** `vendor_connections{vendor, state}` from the database and `token_refreshes_total{vendor, outcome}` of this process. */
export function observeConnections(
  metrics: Registry,
  query: Query,
  vendors: readonly VendorDefinition[],
): { readonly countRefresh: CountRefresh } {
  new Gauge({
    name: 'vendor_connections',
    help: 'Connections of persons to vendors by state.',
    labelNames: ['vendor', 'state'] as const,
    registers: [metrics],
    async collect() {
      const rows = await query<{ vendor: string; state: string; n: number }>(
        'select vendor, state, count(*) n from ingest.connections group by vendor, state',
      ).catch(() => undefined);
      this.reset();
      // PostgreSQL is down, and its component says so: no figure is better than an old one.
      if (rows === undefined) return;
      for (const { name: vendor } of vendors)
        for (const state of connectionStates) this.set({ vendor, state }, 0);
      for (const { vendor, state, n } of rows) this.set({ vendor, state }, n);
    },
  });
  const refreshes = new Counter({
    name: 'token_refreshes_total',
    help: 'Refreshes of access tokens by outcome.',
    labelNames: ['vendor', 'outcome'] as const,
    registers: [metrics],
  });
  return { countRefresh: (vendor, outcome) => refreshes.inc({ vendor, outcome }) };
}
