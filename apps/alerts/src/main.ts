import { randomUUID } from 'node:crypto';
import { createAuthenticator, createRequireScope } from '@bridge/auth';
import { consumerGroups, registrySubjects, topics } from '@bridge/contracts';
import {
  connectKafka,
  createCodec,
  createMessageMaker,
  createMessageSigner,
  createOutboxRows,
  createPublisher,
  startBatchConsumer,
  startRelay,
} from '@bridge/kafka';
import {
  connectPostgres,
  createEventKeys,
  createOutbox,
  createPositions,
  observeOutbox,
} from '@bridge/postgres';
import { createHttpApp, mountErrors, mountOps, runService, serveHttp } from '@bridge/service-runtime';
import { createOutboxSeal, createVault } from '@bridge/vault';
import { createAlertBatches } from './adapters/alert-batch.ts';
import { createAlertMetrics } from './adapters/alert-metrics.ts';
import { createAlertReader } from './adapters/alert-reader.ts';
import { createAnnounce } from './adapters/change-messages.ts';
import { loadConfig } from './config.ts';
import { createHandleAlertSignals } from './handle-alert-signals.ts';
import { mountAlertRoutes } from './http/alert-routes.ts';
import { components } from './http/components.ts';

// Acquired top to bottom, released bottom to top.
runService('alerts', async ({ use, log, env, metrics, isStopping, crash }) => {
  const { version, ...config } = loadConfig(env);
  const postgres = await use(connectPostgres(config.postgres, { log, metrics }));
  const { query } = postgres;
  const kafka = await use(connectKafka(config.kafka, { log, metrics }));
  const publisher = await use(createPublisher(kafka));
  const produces = registrySubjects().filter(({ topic }) => topic === topics.alertChanges.name);
  const codec = await createCodec({ registryUrl: config.registryUrl, produces });
  const signer = createMessageSigner(config.signingKeys);
  const vault = createVault({ query, ...config.vault });

  const outbox = createOutbox('alerts', randomUUID());
  observeOutbox(metrics, outbox, query);
  const positions = createPositions(query, 'alerts', consumerGroups.alerts);
  const outboxSeal = createOutboxSeal(vault, 'alerts.outbox');
  const store = createOutboxRows({ rows: outbox.rowsOn(query), unseal: outboxSeal.unseal, log });
  const makeMessage = createMessageMaker({ codec, signer, source: 'alerts' });
  const relay = await use(startRelay({ store, publish: (messages) => publisher.publish(messages), log }));
  const announce = createAnnounce({ makeMessage, outboxSeal, topic: topics.alertChanges.name });
  const rows = { postgres, positions, eventKeys: createEventKeys('alerts'), outbox, outboxSeal, vault };
  const counted = createAlertMetrics(metrics);
  const openBatch = createAlertBatches({ ...rows, announce, relay, metrics: counted, now: Date.now });
  const handler = createHandleAlertSignals({ codec, signer, openBatch });
  const group = { connection: kafka, groupId: consumerGroups.alerts, topics: [topics.alerts.name] };
  const consumer = await use(startBatchConsumer({ ...group, positions, handler, onCrash: crash }));

  const app = createHttpApp({ log, metrics });
  const requireScope = createRequireScope(createAuthenticator({ query, vault, masterKey: config.masterKey }));
  mountAlertRoutes(app, { alerts: createAlertReader({ query, vault }), requireScope });
  const parts = components({ postgres, kafka, consumer });
  mountOps(app, { service: 'alerts', version, components: parts, metrics, isStopping });
  mountErrors(app);
  await use(serveHttp(app, config.http, log));
});
