import type { Log } from '@bridge/core';
import type { Postgres } from '@bridge/postgres';
import type { Policies } from '@bridge/resilience';
import type { Vault } from '@bridge/vault';
import { createBatcher, type Batcher } from '../../publishing/batcher.ts';
import type { Config } from '../../config.ts';
import type { IngestMetrics } from '../../metrics.ts';
import { createKeepBodies, type RawBody } from './keep-bodies.ts';

type Deps = {
  readonly limits: Config['bodyBatches'];
  readonly postgres: Pick<Postgres, 'query'>;
  readonly vault: Vault;
  readonly policies: Policies;
  readonly metrics: IngestMetrics;
  readonly log: Log;
};

/**
 * Stores bodies in batches of their own, so that no event waits for a commit before it is published. `add` resolves once the
 * body is committed or lost: an event is worth more than its body, so lost bodies are counted and the sender is not refused.
 */
export function createRawBodies({ limits, postgres, vault, policies, metrics, log }: Deps): Batcher<RawBody> {
  const keepBodies = createKeepBodies({ query: postgres.query, vault });
  // Longer than partition maintenance may lock the table. A PostgreSQL that hangs delays senders as long, now and then.
  const writing = policies.call('raw-bodies', {
    timeoutMs: 2_500,
    breaker: { failures: 2, openMs: 2_000 },
  });
  let isLosing = false;

  async function keepOrCount(bodies: readonly RawBody[]): Promise<void> {
    try {
      const { kept, erased } = await writing(() => keepBodies(bodies));
      metrics.countBodies('kept', kept);
      metrics.countBodies('erased', erased);
      if (isLosing) log.info('raw bodies stored again');
      isLosing = false;
    } catch (error) {
      metrics.countBodies('lost', bodies.length);
      // Once, not for every batch of an outage.
      if (!isLosing) log.warn('raw bodies lost', { error });
      isLosing = true;
    }
  }

  return createBatcher<RawBody>({
    ...limits,
    bytes: { ...limits.bytes, of: ({ raw }) => raw.length },
    run: async (bodies) => {
      await keepOrCount(bodies);
      return new Map();
    },
  });
}
