import type { Log } from '@bridge/handler';
import type { Postgres } from '@bridge/postgres';
import type { Policies } from '@bridge/resilience';
import type { Vault } from '@bridge/vault';
import { Counter, type Registry } from 'prom-client';
import type { ArrivedMessage } from '../../accept-batch.ts';
import { createKeepBodies } from './keep-bodies.ts';

type Deps = {
  readonly postgres: Pick<Postgres, 'query'>;
  readonly vault: Vault;
  readonly policies: Policies;
  readonly metrics: Registry;
  readonly log: Log;
};

/** Keeps bodies where it can, and never rejects: an event is worth more than its body, so what is lost is counted. */
export function openRawBodies({ postgres, vault, policies, metrics, log }: Deps) {
  const bodies = new Counter({
    name: 'ingest_raw_bodies_total',
    help: 'Bodies of accepted events: kept, lost because PostgreSQL did not take them, or not kept since the person is erased.',
    labelNames: ['outcome'] as const,
    registers: [metrics],
  });
  const keepBodies = createKeepBodies({ query: postgres.query, vault });
  // Longer than the upkeep of partitions may hold the table. A PostgreSQL that hangs holds up a batch for as long now and then.
  const writing = policies.call('raw-bodies', {
    timeoutMs: 2_500,
    breaker: { failures: 2, openMs: 2_000 },
  });
  let isLosing = false;

  return async function keepRaw(arrived: readonly ArrivedMessage[]): Promise<void> {
    try {
      const { kept, erased } = await writing(() => keepBodies(arrived));
      bodies.inc({ outcome: 'kept' }, kept);
      bodies.inc({ outcome: 'erased' }, erased);
      if (isLosing) log.info('raw bodies are kept again');
      isLosing = false;
    } catch (error) {
      bodies.inc({ outcome: 'lost' }, arrived.length);
      // Once, not for every batch of an outage.
      if (!isLosing) log.warn('raw bodies are not kept', { error });
      isLosing = true;
    }
  };
}
