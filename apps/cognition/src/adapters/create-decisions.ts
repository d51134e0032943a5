import { consumerGroups } from '@bridge/contracts';
import type { Log } from '@bridge/core';
import type { MakeMessage, Relay } from '@bridge/kafka';
import {
  createAnnouncer as createMessageAnnouncer,
  createBatchTransactions,
  createBatchWriter,
  createDeadLetters,
} from '@bridge/delivery';
import { createEventKeys, createPositions, type Outbox, type Postgres } from '@bridge/postgres';
import type { OutboxSeal, Sealing, Vault } from '@bridge/vault';
import { createDecisionStore, createKeptRules, type ActiveRules } from '@bridge/decision-store';
import { createAnnouncer } from './announce.ts';
import { createDeadLetterLog } from './dead-letter-log.ts';
import { createDecideDue } from './decide-due.ts';
import { createDecisionBatches } from './decision-batch.ts';
import type { DecisionMetrics } from './decision-metrics.ts';
import { createLoadStates } from './load-states.ts';
import { createDueAgain } from './make-due.ts';
import { createPersonsInHand } from './persons-in-hand.ts';
import { createStateCache, type StateCacheLimits } from './state-cache.ts';

export type DecisionsDeps = {
  readonly postgres: Postgres;
  readonly vault: Vault;
  readonly outbox: Outbox;
  readonly outboxSeal: OutboxSeal;
  readonly sealing: Pick<Sealing, 'sealAll'>;
  readonly relay: Pick<Relay, 'offer'>;
  readonly makeMessage: MakeMessage;
  readonly metrics: DecisionMetrics;
  readonly activeRules: () => ActiveRules;
  readonly stateCache: StateCacheLimits;
  readonly now: () => number;
  readonly log: Log;
};

/** Everything that reads and writes decisions: batches of events and due persons share tables and one cache. */
export function createDecisions({ stateCache, makeMessage, now, log, ...deps }: DecisionsDeps) {
  const { postgres, outbox, outboxSeal, relay, metrics } = deps;
  const positions = createPositions(postgres.query, 'cognition', consumerGroups.decisions);
  const eventKeys = createEventKeys('cognition');
  const writer = createBatchWriter({ positions, outbox });
  const store = createDecisionStore({ eventKeys });
  const cache = createStateCache(stateCache);
  const keptRules = createKeptRules(postgres.query);
  const loadStates = createLoadStates({ store, cache, keptRules, onRebuilt: metrics.rebuilt, log });
  const announce = createAnnouncer(createMessageAnnouncer({ makeMessage, outboxSeal }));
  const dueAgain = createDueAgain(deps.activeRules);
  const inHand = createPersonsInHand();
  const shared = { ...deps, store, cache, loadStates, announce, dueAgain, inHand };
  return {
    positions,
    openBatch: createDecisionBatches({
      ...shared,
      eventKeys,
      beginBatch: createBatchTransactions({ postgres, positions, eventKeys, writer, relay }),
      announceDeadLetters: createDeadLetters({ outboxSeal, now }),
      logDeadLetters: createDeadLetterLog(log, now),
    }),
    forgetStates: cache.forget,
    decideDue: createDecideDue({ ...shared, writer, log }),
  };
}
