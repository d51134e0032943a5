import { modes } from '@bridge/contracts';
import type { Closeable, Log } from '@bridge/handler';
import type { Postgres } from '@bridge/postgres';
import { Gauge, type Registry } from 'prom-client';

const everyMs = 15_000;
/** Any constant serves; it only has to differ from the other advisory locks of this database. */
const censusLock = 0x6e65_7572;

/**
 * Figures about the whole database: persons of each mode that were active in the last 24 h, and whether rows lie in a
 * DEFAULT partition, because nobody made the one for their month. Of several workers the one that holds an advisory lock
 * exports them, so that a sum over all of them is right.
 */
export function startCensus(postgres: Postgres, metrics: Registry, log: Log): Closeable {
  const gauge = new Gauge({
    name: 'cognitive_mode_current',
    help: 'Persons active in the last 24 h, by mode.',
    labelNames: ['mode'],
    registers: [metrics],
  });
  const misplaced = new Gauge({
    name: 'default_partition_rows',
    help: '1 while the DEFAULT partition of a table holds rows: run the migrations, they make the missing months.',
    labelNames: ['table'],
    registers: [metrics],
  });
  let holder: Awaited<ReturnType<Postgres['reserve']>> | undefined;

  async function count(): Promise<void> {
    holder ??= await postgres.reserve();
    const [lock] = await holder.query<{ mine: boolean }>('select pg_try_advisory_lock($1) mine', [
      censusLock,
    ]);
    if (!lock?.mine) {
      gauge.reset();
      return;
    }
    const rows = await holder.query<{ mode: string; persons: number }>(
      `select mode, count(*)::int persons from neuros_checkpoints
        where mode is not null and updated_at > now() - interval '24 hours' group by mode`,
    );
    const partitions = await holder.query<{ table: string; hasRows: boolean }>(
      'select table_name "table", has_rows "hasRows" from delivery.default_partitions()',
    );
    for (const { table, hasRows } of partitions) misplaced.set({ table }, hasRows ? 1 : 0);
    for (const mode of modes) gauge.set({ mode }, rows.find((row) => row.mode === mode)?.persons ?? 0);
  }

  const tick = () =>
    count().catch((error: unknown) => {
      // The lock went with its connection; the next tick takes a new one.
      void holder?.close();
      holder = undefined;
      gauge.reset();
      log.debug('modes were not counted', { error });
    });
  let counting = tick();
  const timer = setInterval(() => {
    counting = counting.then(tick);
  }, everyMs);
  return {
    close: async () => {
      clearInterval(timer);
      await counting;
      void holder?.close();
      holder = undefined;
    },
  };
}
