import { utc, type AlertStateSignal, type BiometricEvent } from '@bridge/contracts';
import type { Closeable, Component, Log } from '@bridge/core';
import { connectKafka, createPublisher, startHeartbeat, type MakeMessage } from '@bridge/kafka';
import type { Postgres } from '@bridge/postgres';
import type { Policies } from '@bridge/resilience';
import type { Service } from '@bridge/service-runtime';
import type { Vault } from '@bridge/vault';
import type { Config } from '../config.ts';
import type { IngestMetrics } from '../metrics.ts';
import { createBatcher } from '@bridge/delivery';
import { createIngestMessageMaker } from './message-maker.ts';
import { createIngestOutbox, type IngestOutbox } from './outbox.ts';
import { createPublishOrSpool, type EventMessage, type KafkaStatus } from './publish-or-spool.ts';
import { createToEventMessage, createToSignalMessage } from './to-message.ts';

type Deps = {
  readonly config: Pick<Config, 'kafka' | 'publisher' | 'wire' | 'batches'>;
  readonly postgres: Postgres;
  readonly vault: Vault;
  readonly policies: Policies;
  readonly metrics: IngestMetrics;
  readonly log: Log;
  readonly now: () => number;
};

/** How events leave this service. */
export type EventPublisher = {
  /** Resolves once the event is durable: on Kafka, or in the outbox while Kafka is down. */
  readonly publish: (event: BiometricEvent) => Promise<void>;
  /** Resolves once the signals are in the outbox. */
  readonly sendSignals: (signals: readonly AlertStateSignal[]) => Promise<void>;
  readonly outbox: IngestOutbox;
  readonly makeMessage: MakeMessage;
  readonly toEventMessage: (event: BiometricEvent) => EventMessage;
  readonly kafka: Component;
  /** Says every few seconds that this process lives, and when it last accepted an event. */
  readonly startHeartbeat: (countActive: () => Promise<number>) => Closeable;
};

/** Connects Kafka and starts the outbox with its relay. On stop the outbox is closed before Kafka. */
export async function wirePublishing(
  { use, metrics: registry }: Pick<Service, 'use' | 'metrics'>,
  { config, postgres, vault, policies, metrics, log, now }: Deps,
): Promise<EventPublisher> {
  const kafka = await use(connectKafka(config.kafka, { log, metrics: registry }));
  const publisher = await use(createPublisher(kafka, config.publisher));
  const makeMessage = await createIngestMessageMaker({ ...config.wire, policies });
  const toEventMessage = createToEventMessage(makeMessage);
  const toSignalMessage = createToSignalMessage(makeMessage);

  const status: KafkaStatus = { up: true };
  /** In this process; other processes report their own. */
  let lastAccepted: number | undefined;
  const noteAccepted = () => void (lastAccepted = now());
  const opened = await use(
    createIngestOutbox({ postgres, vault, publisher, policies, status, metrics: registry, log }),
  );
  const outbox: IngestOutbox = {
    ...opened,
    offer: (rows, blocked) => {
      noteAccepted();
      opened.offer(rows, blocked);
    },
  };
  const publishOrSpool = createPublishOrSpool({
    backlogOf: outbox.backlogOf,
    async publish(messages) {
      await publisher.publish(messages);
      metrics.countDurable('kafka', messages.length);
      noteAccepted();
    },
    async spool(messages) {
      await outbox.spool(messages);
      metrics.countDurable('outbox', messages.length);
      noteAccepted();
    },
    status,
  });
  const batcher = await use(createBatcher({ ...config.batches, run: publishOrSpool }));

  return {
    publish: (event) => batcher.add(toEventMessage(event)),
    sendSignals: (signals) => outbox.spool(signals.map(toSignalMessage)),
    outbox,
    makeMessage,
    toEventMessage,
    kafka: kafka.component,
    startHeartbeat: (countActive) =>
      startHeartbeat({
        makeMessage,
        publisher,
        source: 'webhook-ingest',
        figures: {
          active_connections: countActive,
          last_accepted_at: () => (lastAccepted === undefined ? undefined : utc(lastAccepted)),
        },
        log,
      }),
  };
}
