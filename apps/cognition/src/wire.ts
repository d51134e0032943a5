import { createWire, startServiceOutbox, type Wire, type WireConfig } from '@bridge/delivery';
import {
  startBatchConsumer,
  type BatchConsumer,
  type BatchLimits,
  type KafkaConnection,
  type Publisher,
} from '@bridge/kafka';
import type { Postgres } from '@bridge/postgres';
import type { Service } from '@bridge/service-runtime';
import type { Sealing, Vault } from '@bridge/vault';
import type { ActiveRules } from '@bridge/decision-store';
import type { DecisionMetrics } from './adapters/decision-metrics.ts';
import { createDecisions, type DecisionsDeps } from './adapters/create-decisions.ts';
import type { StateCacheLimits } from './adapters/state-cache.ts';
import { createDecideBatch } from './decide-batch.ts';
import { createGraphRunner } from './graph/run-graph.ts';

export type DeciderDeps = DecisionsDeps & Pick<Wire, 'codec' | 'signer'> & { readonly retentionDays: number };

/** Everything that decides, without its consumer: batches of events, and persons who are due. */
export function wireDecider({ codec, signer, retentionDays, ...deps }: DeciderDeps) {
  const { openBatch, forgetStates, positions, decideDue } = createDecisions(deps);
  const runGraph = createGraphRunner({ onModeFailure: deps.metrics.modeFailed });
  const handler = createDecideBatch({ codec, signer, openBatch, forgetStates, runGraph, retentionDays });
  return { handler, positions, decideDue };
}

export type WorkerClients = {
  readonly postgres: Postgres;
  readonly kafka: KafkaConnection;
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly vault: Vault;
  readonly sealing: Pick<Sealing, 'sealAll'>;
};

export type WorkerConfig = {
  readonly wire: WireConfig;
  readonly topic: string;
  readonly groupId: string;
  readonly limits?: Partial<BatchLimits>;
  readonly stateCache: StateCacheLimits;
  readonly retentionDays: number;
};

export type WorkerParts = {
  readonly activeRules: () => ActiveRules;
  readonly decisionMetrics: DecisionMetrics;
};

export type Worker = {
  readonly wire: Wire;
  readonly consumer: BatchConsumer;
  readonly decideDue: (until: number) => Promise<number>;
};

/** Reads events, decides them and publishes what follows. Acquired top to bottom, released bottom to top. */
export async function wireWorker(
  { use, log, metrics, crash }: Pick<Service, 'use' | 'log' | 'metrics' | 'crash'>,
  { kafka, publisher, ...clients }: WorkerClients,
  config: WorkerConfig,
  { activeRules, decisionMetrics }: WorkerParts,
): Promise<Worker> {
  const { postgres, vault } = clients;
  const wire = await createWire(config.wire, { source: 'cognition' });
  const { outbox, outboxSeal, relay } = await use(
    startServiceOutbox({ schema: 'cognition', postgres, vault, publisher, metrics, log }),
  );
  const { handler, positions, decideDue } = wireDecider({
    ...clients,
    ...wire,
    outbox,
    outboxSeal,
    relay,
    metrics: decisionMetrics,
    activeRules,
    stateCache: config.stateCache,
    retentionDays: config.retentionDays,
    now: Date.now,
    log,
  });
  const consumer = await use(
    startBatchConsumer({
      connection: kafka,
      groupId: config.groupId,
      topics: [config.topic],
      positions,
      handler,
      onCrash: crash,
      ...(config.limits && { limits: config.limits }),
    }),
  );
  return { wire, consumer, decideDue };
}
