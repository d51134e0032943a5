import type { BiometricEvent } from '@bridge/contracts';
import type { Component } from '@bridge/core';
import { connectKafka, createPublisher, startHeartbeat, type MakeMessage } from '@bridge/kafka';
import type { Postgres } from '@bridge/postgres';
import type { Policies } from '@bridge/resilience';
import type { Service } from '@bridge/service-runtime';
import type { Vault } from '@bridge/vault';
import { createAcceptBatch, type KafkaReach } from '../accept-batch.ts';
import { createBatches } from '../collect-batches.ts';
import type { Config } from '../config.ts';
import { createToEventMessage } from './event-message.ts';
import { countDurable } from './ingest-metrics.ts';
import { createStoreObjects, type StoreObjects } from './objects/store-objects.ts';
import { openMessageMaker } from './open-message-maker.ts';
import { openOutbox, type IngestOutbox } from './open-outbox.ts';
import { openRawBodies } from './raw-bodies/open-raw-bodies.ts';
import { createStoreSeries, type StoreSeries } from './series/store-series.ts';

type Deps = {
  readonly config: Config;
  readonly postgres: Postgres;
  readonly vault: Vault;
  readonly policies: Policies;
};

/** How events leave this service, durable before anybody is told so. */
export type Delivery = {
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
export async function openDelivery(
  { use, log, metrics }: Pick<Service, 'use' | 'log' | 'metrics'>,
  { config, postgres, vault, policies }: Deps,
): Promise<Delivery> {
  const kafka = await use(connectKafka(config.kafka, { log, metrics }));
  const publisher = await use(createPublisher(kafka, config.publisher));
  const makeMessage = await openMessageMaker({ ...config.wire, policies });
  const toEventMessage = createToEventMessage(makeMessage);

  const reach: KafkaReach = { up: true };
  const outbox = await use(openOutbox({ postgres, vault, publisher, policies, reach, metrics, log }));
  const durable = countDurable(metrics, { outbox, publisher });
  const acceptBatch = createAcceptBatch({ ...durable, backlogOf: outbox.backlogOf, reach });
  const batches = await use(createBatches({ ...config.batches, run: acceptBatch }));
  const limits = config.bodyBatches;
  const rawBodies = await use(openRawBodies({ limits, postgres, vault, policies, metrics, log }));
  await use(startHeartbeat({ makeMessage, publisher, source: 'webhook-ingest', log }));

  const storing = {
    transaction: postgres.transaction,
    outbox: outbox.rows,
    outboxSeal: outbox.seal,
    toEventMessage,
    offer: outbox.offer,
    now: Date.now,
    retentionDays: config.retentionDays,
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
