import { modes } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import { Gauge, type Registry } from 'prom-client';

export type PopulationMetrics = {
  readonly count: (query: Query) => Promise<void>;
  /** Another process exports the figures. */
  readonly forget: () => void;
};

/**
 * Figures about the whole database: persons of each mode that were active in the last 24 h, and whether rows lie in a
 * DEFAULT partition, because nobody made the one for their month. One worker may export them, so that a sum over all of them
 * is right.
 */
export function createPopulationMetrics(metrics: Registry): PopulationMetrics {
  const persons = new Gauge({
    name: 'cognitive_mode_current',
    help: 'Persons active in the last 24 h, by mode.',
    labelNames: ['mode'],
    registers: [metrics],
  });
  const misplaced = new Gauge({
    name: 'default_partition_rows',
    help: '1 while the DEFAULT partition of a table holds rows: the daily maintenance did not create the partition of their month.',
    labelNames: ['table'],
    registers: [metrics],
  });
  return {
    count: async (query) => {
      const rows = await query<{ mode: string; persons: number }>(
        `select mode, count(*)::int persons from neuros_checkpoints
          where mode is not null and updated_at > now() - interval '24 hours' group by mode`,
      );
      const partitions = await query<{ table: string; hasRows: boolean }>(
        'select table_name "table", has_rows "hasRows" from delivery.default_partitions()',
      );
      for (const { table, hasRows } of partitions) misplaced.set({ table }, hasRows ? 1 : 0);
      for (const mode of modes) persons.set({ mode }, rows.find((row) => row.mode === mode)?.persons ?? 0);
    },
    forget: () => {
      persons.reset();
      misplaced.reset();
    },
  };
}
