import type { BiometricEvent } from '@bridge/contracts';
import type { Component } from '@bridge/core';
import { connectKafka, createPublisher, startHeartbeat, type MakeMessage } from '@bridge/kafka';
import type { Postgres } from '@bridge/postgres';
import type { Policies } from '@bridge/resilience';
import type { Service } from '@bridge/service-runtime';
import type { Vault } from '@bridge/vault';
import { createPublishOrSpool, type KafkaStatus } from './publish-or-spool.ts';
import { createBatcher } from './batcher.ts';
import type { Config } from '../config.ts';
import { createToEventMessage } from './event-message.ts';
import { countDurable } from './count-durable.ts';
import { createStoreObjects, type StoreObjects } from '../documents/rows/store-objects.ts';
import { createIngestMessageMaker } from './message-maker.ts';
import { createIngestOutbox, type IngestOutbox } from './outbox.ts';
import { createRawBodies } from '../flat-bodies/rows/raw-bodies.ts';
import { createStoreSeries, type StoreSeries } from '../documents/rows/store-series.ts';

type Deps = {
  readonly config: Config;
  readonly postgres: Postgres;
  readonly vault: Vault;
  readonly policies: Policies;
};

/** How events leave this service, durable before anybody is told so. */
export type EventPublisher = {
  /** An event that needs nothing but its way, Kafka, or the outbox while Kafka is down; and its body, kept beside it. */
  readonly accept: (event: BiometricEvent, raw: Buffer) => Promise<void>;
  /** Documents whose objects have versions: over the outbox, in one transaction with what is known of them. */
  readonly storeObjects: StoreObjects;
  /** Points without ids, likewise. */
  readonly storeSeries: StoreSeries;
  readonly makeMessage: MakeMessage;
  readonly outbox: IngestOutbox;
  readonly kafka: Component;
};

/** Opens Kafka and the outbox with its relay. Whoever stops closes the outbox before Kafka. */
export async function wirePublishing(
  { use, log, metrics }: Pick<Service, 'use' | 'log' | 'metrics'>,
  { config, postgres, vault, policies }: Deps,
): Promise<EventPublisher> {
  const kafka = await use(connectKafka(config.kafka, { log, metrics }));
  const publisher = await use(createPublisher(kafka, config.publisher));
  const makeMessage = await createIngestMessageMaker({ ...config.wire, policies });
  const toEventMessage = createToEventMessage(makeMessage);

  const status: KafkaStatus = { up: true };
  const outbox = await use(
    createIngestOutbox({ postgres, vault, publisher, policies, status, metrics, log }),
  );
  const durable = countDurable(metrics, { outbox, publisher });
  const publishOrSpool = createPublishOrSpool({ ...durable, backlogOf: outbox.backlogOf, status });
  const batches = await use(createBatcher({ ...config.batches, run: publishOrSpool }));
  const limits = config.bodyBatches;
  const rawBodies = await use(createRawBodies({ limits, postgres, vault, policies, metrics, log }));
  await use(startHeartbeat({ makeMessage, publisher, source: 'webhook-ingest', log }));

  const storing = {
    transaction: postgres.transaction,
    outbox: outbox.rows,
    outboxSeal: outbox.seal,
    toEventMessage,
    offer: outbox.offer,
    now: Date.now,
  };
  return {
    async accept(event, raw) {
      const { event_id: eventId, user_id: userId } = event;
      await Promise.all([batches.add(toEventMessage(event)), rawBodies.add({ eventId, userId, raw })]);
    },
    storeObjects: createStoreObjects(storing),
    storeSeries: createStoreSeries(storing),
    makeMessage,
    outbox,
    kafka: kafka.component,
  };
}
