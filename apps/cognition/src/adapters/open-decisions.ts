import { consumerGroups } from '@bridge/contracts';
import type { Log } from '@bridge/core';
import type { MakeMessage, Relay } from '@bridge/kafka';
import { createEventKeys, createPositions, type Outbox, type Postgres } from '@bridge/postgres';
import type { OutboxSeal, Sealing, Vault } from '@bridge/vault';
import { createAnnouncer } from './announce.ts';
import { createBatchSessions } from './batch-session.ts';
import type { createDecisionMetrics } from './decision-metrics.ts';
import { createDecisionStore } from '@bridge/decision-store';
import { createLoadStates } from './load-states.ts';
import { createKeptRules, type ActiveRules } from '@bridge/decision-store';
import { createStateCache } from './state-cache.ts';
import { createDecideDue } from './tick-session.ts';

export type OpenDecisionsDeps = {
  readonly postgres: Postgres;
  readonly vault: Vault;
  readonly outbox: Outbox;
  readonly outboxSeal: OutboxSeal;
  readonly sealing: Pick<Sealing, 'sealAll'>;
  readonly relay: Pick<Relay, 'offer'>;
  readonly makeMessage: MakeMessage;
  readonly metrics: ReturnType<typeof createDecisionMetrics>;
  readonly activeRules: () => ActiveRules;
  /** Persons. */
  readonly cacheSize: number;
  readonly now: () => number;
  readonly log: Log;
};

/** Everything that reads and writes decisions: batches of events and due persons share tables and one cache. */
export function openDecisions({ cacheSize, makeMessage, log, ...deps }: OpenDecisionsDeps) {
  const { postgres, outbox, outboxSeal, metrics } = deps;
  const positions = createPositions(postgres.query, 'cognition', consumerGroups.decisions);
  const eventKeys = createEventKeys('cognition');
  const store = createDecisionStore({ positions, eventKeys, outbox });
  const cache = createStateCache(cacheSize);
  const keptRules = createKeptRules(postgres.query);
  const loadStates = createLoadStates({ store, cache, keptRules, onRebuilt: metrics.rebuilt, log });
  const announce = createAnnouncer({ makeMessage, outboxSeal });
  const shared = { ...deps, positions, eventKeys, store, cache, loadStates, announce, log };
  return {
    positions,
    openSession: createBatchSessions(shared),
    forgetStates: cache.forget,
    decideDue: createDecideDue(shared),
  };
}
