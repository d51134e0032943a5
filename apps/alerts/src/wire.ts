import { createAuthenticator, createRequireScope } from '@bridge/auth';
import {
  createAnnouncer,
  createBatchTransactions,
  createBatchWriter,
  createDeadLetters,
  createWire,
  startServiceOutbox,
} from '@bridge/delivery';
import {
  connectKafka,
  createPublisher,
  startBatchConsumer,
  type BatchConsumer,
  type KafkaConnection,
} from '@bridge/kafka';
import { connectPostgres, createEventKeys, createPositions, type Postgres } from '@bridge/postgres';
import {
  createHttpApp,
  mountErrors,
  mountOps,
  serveHttp,
  type HttpServer,
  type Service,
} from '@bridge/service-runtime';
import { createVault, type Vault } from '@bridge/vault';
import { createAlertBatches } from './signals/rows/alert-batch.ts';
import { createSignalMetrics } from './signals/signal-metrics.ts';
import { createAlertReader } from './episodes/rows/alert-reader.ts';
import { createAnnounceChange } from './episodes/rows/change-messages.ts';
import type { AlertsConfig } from './config.ts';
import { createHandleAlertSignals } from './signals/handle-alert-signals.ts';
import { mountAlertRoutes } from './http/alert-routes.ts';
import { components } from './http/components.ts';

type Clients = { readonly postgres: Postgres; readonly kafka: KafkaConnection; readonly vault: Vault };

/** The whole service. Acquired top to bottom, released bottom to top. */
export async function wireAlerts(service: Service, config: AlertsConfig): Promise<HttpServer> {
  const { use, log, metrics } = service;
  const postgres = await use(connectPostgres(config.postgres, { log, metrics }));
  const kafka = await use(connectKafka(config.kafka, { log, metrics }));
  const vault = createVault({ query: postgres.query, ...config.vault });
  const clients = { postgres, kafka, vault };
  const consumer = await wireConsumer(service, config, clients);
  return wireHttp(service, config, { ...clients, consumer });
}

async function wireConsumer(
  { use, log, metrics, crash }: Service,
  config: AlertsConfig,
  { postgres, kafka, vault }: Clients,
): Promise<BatchConsumer> {
  const publisher = await use(createPublisher(kafka));
  const { codec, signer, makeMessage } = await createWire(config.wire, {
    source: 'alerts',
    produces: config.produces,
  });
  const { outbox, outboxSeal, relay } = await use(
    startServiceOutbox({ schema: 'alerts', postgres, vault, publisher, metrics, log }),
  );
  const positions = createPositions(postgres.query, 'alerts', config.group);
  const writer = createBatchWriter({ positions, outbox });
  const eventKeys = createEventKeys('alerts');
  const openBatch = createAlertBatches({
    beginBatch: createBatchTransactions({ postgres, positions, eventKeys, writer, relay }),
    vault,
    announceChange: createAnnounceChange(createAnnouncer({ makeMessage, outboxSeal }), config.topics.changes),
    announceDeadLetters: createDeadLetters({ outboxSeal, now: Date.now }),
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

function wireHttp(
  { use, log, metrics, isStopping }: Service,
  { version, masterKey, http }: AlertsConfig,
  { postgres, kafka, vault, consumer }: Clients & { readonly consumer: BatchConsumer },
): Promise<HttpServer> {
  const { query } = postgres;
  const app = createHttpApp({ log, metrics });
  const requireScope = createRequireScope(createAuthenticator({ query, vault, masterKey }));
  mountAlertRoutes(app, { alerts: createAlertReader({ query, vault }), requireScope });
  const parts = components({ postgres, kafka, consumer });
  mountOps(app, { service: 'alerts', version, components: parts, metrics, isStopping });
  mountErrors(app);
  return use(serveHttp(app, http, log));
}
