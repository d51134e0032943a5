import { createAuthenticator, createRequireScope } from '@bridge/auth';
import { connectPostgres } from '@bridge/postgres';
import { createPolicies } from '@bridge/resilience';
import { createHttpApp, mountErrors, mountOps, runService, serveHttp } from '@bridge/service-runtime';
import { createVault } from '@bridge/vault';
import { openDelivery } from './adapters/open-delivery.ts';
import { loadConfig } from './config.ts';
import { components } from './http/components.ts';
import { createWebhookCounter } from './http/count-webhooks.ts';
import { mountWebhooks } from './http/webhook-routes.ts';
import { createReceiveWebhook } from './receive-webhook.ts';

// Acquired top to bottom, released bottom to top.
runService('webhook-ingest', async (service) => {
  const { use, log, env, metrics, isStopping } = service;
  const config = loadConfig(env);
  const policies = createPolicies({ metrics, log });
  const postgres = await use(connectPostgres(config.postgres, { log, metrics }));
  const vault = createVault({ query: postgres.query, ...config.vault });
  const delivery = await openDelivery(service, { config, postgres, vault, policies });

  const authenticate = createAuthenticator({ query: postgres.query, vault, masterKey: config.masterKey });
  const app = createHttpApp({ log, metrics, ...config.app });
  mountWebhooks(app, {
    receive: createReceiveWebhook({ accept: delivery.accept, now: Date.now }),
    requireIngest: createRequireScope(authenticate)('ingest'),
    count: createWebhookCounter(metrics),
    log,
  });
  mountOps(app, {
    service: 'webhook-ingest',
    version: config.version,
    components: components(delivery.kafka, postgres.component),
    metrics,
    isStopping,
  });
  mountErrors(app);
  await use(serveHttp(app, config.http, log));
});
