import { createAuthenticator, createRequireScope } from '@bridge/auth';
import { connectKafka, createPublisher, startHeartbeat } from '@bridge/kafka';
import { connectPostgres } from '@bridge/postgres';
import { createPolicies } from '@bridge/resilience';
import { createHttpApp, mountErrors, mountOps, runService, serveHttp } from '@bridge/service-runtime';
import { createVault } from '@bridge/vault';
import { createAcceptBatch, type KafkaReach } from './accept-batch.ts';
import { createToEventMessage } from './adapters/event-message.ts';
import { countDurable } from './adapters/ingest-metrics.ts';
import { openMessageMaker } from './adapters/open-message-maker.ts';
import { openOutbox } from './adapters/open-outbox.ts';
import { createBatches } from './collect-batches.ts';
import { loadConfig } from './config.ts';
import { components } from './http/components.ts';
import { createWebhookCounter } from './http/count-webhooks.ts';
import { mountWebhooks } from './http/webhook-routes.ts';
import { createReceiveWebhook } from './receive-webhook.ts';

// Acquired top to bottom, released bottom to top.
runService('webhook-ingest', async ({ use, log, env, metrics, isStopping }) => {
  const config = loadConfig(env);
  const policies = createPolicies({ metrics, log });
  const postgres = await use(connectPostgres(config.postgres, { log, metrics }));
  const kafka = await use(connectKafka(config.kafka, { log, metrics }));
  const publisher = await use(createPublisher(kafka, config.publisher));
  const makeMessage = await openMessageMaker({ ...config.wire, policies });
  const vault = createVault({ query: postgres.query, ...config.vault });

  const reach: KafkaReach = { up: true };
  const outbox = await use(openOutbox({ postgres, vault, publisher, policies, reach, metrics, log }));
  const durable = countDurable(metrics, { outbox, publisher });
  const acceptBatch = createAcceptBatch({ ...durable, backlogOf: outbox.backlogOf, reach });
  const batches = await use(createBatches({ ...config.batches, run: acceptBatch }));
  const toEventMessage = createToEventMessage(makeMessage);
  await use(startHeartbeat({ makeMessage, publisher, source: 'webhook-ingest', log }));

  const authenticate = createAuthenticator({ query: postgres.query, vault, masterKey: config.masterKey });
  const app = createHttpApp({ log, metrics, ...config.app });
  mountWebhooks(app, {
    receive: createReceiveWebhook({ accept: (event) => batches.add(toEventMessage(event)), now: Date.now }),
    requireIngest: createRequireScope(authenticate)('ingest'),
    count: createWebhookCounter(metrics),
    log,
  });
  mountOps(app, {
    service: 'webhook-ingest',
    version: config.version,
    components: components(kafka.component, postgres.component),
    metrics,
    isStopping,
  });
  mountErrors(app);
  await use(serveHttp(app, config.http, log));
});
