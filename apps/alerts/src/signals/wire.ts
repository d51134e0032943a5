import { createDeadLetters } from '@bridge/delivery';
import { startBatchConsumer, type BatchConsumer, type KafkaConnection } from '@bridge/kafka';
import type { Service } from '@bridge/service-runtime';
import type { Vault } from '@bridge/vault';
import type { AlertsConfig } from '../config.ts';
import type { Episodes } from '../episodes/wire.ts';
import { noteHeartbeats } from '../watchdog/rows/producer-rows.ts';
import { createHandleAlertSignals } from './handle-alert-signals.ts';
import { createAlertBatches } from './rows/alert-batch.ts';
import { createSignalMetrics } from './signal-metrics.ts';

type Deps = {
  readonly kafka: KafkaConnection;
  readonly vault: Vault;
  readonly episodes: Episodes;
};

/** Reads `biometric.alerts` from here on, until the service stops. */
export async function wireSignals(
  { use, metrics, crash }: Service,
  config: AlertsConfig,
  { kafka, vault, episodes }: Deps,
): Promise<BatchConsumer> {
  const { changing, codec, signer, positions, outboxSeal } = episodes;
  const openBatch = createAlertBatches({
    ...changing,
    vault,
    announceDeadLetters: createDeadLetters({ outboxSeal, now: changing.now }),
    noteHeartbeats,
    metrics: createSignalMetrics(metrics),
  });
  return use(
    startBatchConsumer({
      connection: kafka,
      groupId: config.group,
      topics: [config.topics.signals],
      positions,
      handler: createHandleAlertSignals({ codec, signer, openBatch }),
      onCrash: crash,
    }),
  );
}
