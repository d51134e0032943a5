import { randomBytes, randomUUID } from 'node:crypto';
import { createAuthenticator, createRequireScope } from '@bridge/auth';
import { registrySubjects, topics } from '@bridge/contracts';
import type { Closeable } from '@bridge/core';
import {
  connectKafka,
  createCodec,
  createMessageMaker,
  createMessageSigner,
  createOutboxRows,
  createPublisher,
  registerSchemas,
  startBatchConsumer,
  startRelay,
} from '@bridge/kafka';
import { connectPostgres, createEventKeys, createOutbox, createPositions } from '@bridge/postgres';
import { createHttpApp, mountErrors, mountOps, serveHttp } from '@bridge/service-runtime';
import { fromEnvironment, silentLog } from '@bridge/testing';
import { createOutboxSeal, createVault, parseKey, parseKeyList } from '@bridge/vault';
import { Registry } from 'prom-client';
import { createAlertBatches } from '../src/adapters/alert-batch.ts';
import { createAlertMetrics } from '../src/adapters/alert-metrics.ts';
import { createAlertReader } from '../src/adapters/alert-reader.ts';
import { createAnnounce } from '../src/adapters/change-messages.ts';
import { createHandleAlertSignals } from '../src/handle-alert-signals.ts';
import { mountAlertRoutes } from '../src/http/alert-routes.ts';
import { components } from '../src/http/components.ts';

/** Keys and names that all processes of one test share. */
export type AlertsWorld = {
  readonly databaseUrl: string;
  readonly signals: string;
  readonly changes: string;
  readonly group: string;
};

export const masterKey = randomBytes(32).toString('hex');
export const signer = createMessageSigner([{ id: 'test', key: randomBytes(32) }]);
const kek = parseKeyList(randomBytes(32).toString('base64'));
const indexKey = parseKey(randomBytes(32).toString('base64'));

export function openVault(query: Parameters<typeof createVault>[0]['query']) {
  return createVault({ query, kek, indexKey, cacheSize: 1_000 });
}

/** Reads and writes both topics, with schemas registered under the test's own subjects. */
export async function testCodec(world: AlertsWorld) {
  const named = new Map([
    [topics.alerts.name, world.signals],
    [topics.alertChanges.name, world.changes],
  ]);
  const produces = registrySubjects().flatMap((subject) => {
    const topic = named.get(subject.topic);
    return topic === undefined ? [] : [{ ...subject, topic, subject: `${topic}-value` }];
  });
  const registryUrl = fromEnvironment('SCHEMA_REGISTRY_URL');
  await registerSchemas({ registryUrl, subjects: produces });
  return createCodec({ registryUrl, produces });
}

/** The service of `main.ts` inside the test, on topics of the test's own. */
export async function startAlerts(world: AlertsWorld) {
  const open: Closeable[] = [];
  const use = async <T extends Closeable>(resource: T | Promise<T>) => {
    const opened = await resource;
    open.push(opened);
    return opened;
  };
  const [log, metrics] = [silentLog, new Registry()];
  const postgres = await use(
    connectPostgres({ url: world.databaseUrl, max: 10, applicationName: 'alerts-test' }, { log, metrics }),
  );
  const { query } = postgres;
  const brokers = fromEnvironment('KAFKA_BOOTSTRAP_SERVERS').split(',');
  const kafka = await use(connectKafka({ brokers, clientId: 'alerts-test' }, { log, metrics }));
  const publisher = await use(createPublisher(kafka));
  const codec = await testCodec(world);
  const vault = openVault(query);
  const outbox = createOutbox('alerts', randomUUID());
  const positions = createPositions(query, 'alerts', world.group);
  const outboxSeal = createOutboxSeal(vault, 'alerts.outbox');
  const store = createOutboxRows({ rows: outbox.rowsOn(query), unseal: outboxSeal.unseal, log });
  const makeMessage = createMessageMaker({ codec, signer, source: 'alerts' });
  const relay = await use(startRelay({ store, publish: (messages) => publisher.publish(messages), log }));
  const announce = createAnnounce({ makeMessage, outboxSeal, topic: world.changes });
  const rows = { postgres, positions, eventKeys: createEventKeys('alerts'), outbox, outboxSeal, vault };
  const counted = createAlertMetrics(metrics);
  const openBatch = createAlertBatches({ ...rows, announce, relay, metrics: counted, now: Date.now });
  const handler = createHandleAlertSignals({ codec, signer, openBatch });
  const crashed = Promise.withResolvers<string>();
  const consumer = await use(
    startBatchConsumer({
      connection: kafka,
      groupId: world.group,
      topics: [world.signals],
      positions,
      handler,
      onCrash: crashed.resolve,
    }),
  );
  const app = createHttpApp({ log, metrics });
  const requireScope = createRequireScope(createAuthenticator({ query, vault, masterKey }));
  mountAlertRoutes(app, { alerts: createAlertReader({ query, vault }), requireScope });
  const parts = components({ postgres, kafka, consumer });
  mountOps(app, { service: 'alerts', version: 'test', components: parts, metrics, isStopping: () => false });
  mountErrors(app);
  const { url } = await use(serveHttp(app, { host: '127.0.0.1', port: 0 }, log));

  return {
    url,
    async close() {
      for (const resource of open.splice(0).reverse()) await resource.close();
    },
  };
}
