import { createAuthenticator, createRequireScope } from '@bridge/auth';
import { connectPostgres } from '@bridge/postgres';
import { connectRedis } from '@bridge/redis';
import { createPolicies } from '@bridge/resilience';
import { createHttpApp, mountErrors, mountOps, runService, serveHttp } from '@bridge/service-runtime';
import { createVault } from '@bridge/vault';
import { setFlagsFromString } from 'node:v8';
import { wireApple } from './apple/wire.ts';
import { wireNotices } from './notices/wire.ts';
import { wirePublishing } from './publishing/wire.ts';
import { createVerifiers } from './signatures/create-verifiers.ts';
import { openVendors } from './wire-vendors.ts';
import { loadConfig } from './config.ts';
import { components } from './http/components.ts';
import { mountConnectRoutes } from './connections/routes/connect-routes.ts';
import { mountConnectionRoutes } from './connections/routes/connection-routes.ts';
import { mountIngest } from './http/mount-ingest.ts';
import { mountRawRoutes } from './connections/routes/raw-routes.ts';

// A large body makes some of its objects old. V8 would let the heap grow to several times what is in use before it collects
// those; at less than twice, a body of 50 MB fits into 250 MB. Here, so that it holds however the service is started.
setFlagsFromString('--heap-growing-percent=80');

// Acquired top to bottom, released bottom to top.
runService('webhook-ingest', async (service) => {
  const { use, log, env, metrics, isStopping } = service;
  const config = loadConfig(env);
  const policies = createPolicies({ metrics, log });
  const postgres = await use(connectPostgres(config.postgres, { log, metrics }));
  const redis = await use(connectRedis(config.redis, { log, metrics }));
  const vault = createVault({ query: postgres.query, ...config.vault });

  const delivery = await wirePublishing(service, { config, postgres, vault, policies });
  const vendors = await openVendors(service, { config, postgres, vault, policies, delivery });
  const notices = await use(wireNotices({ postgres, redis, vault, policies, metrics, config }));
  const importApple = wireApple({ delivery, vault });

  const authenticate = createAuthenticator({ query: postgres.query, vault, masterKey: config.masterKey });
  const requireScope = createRequireScope(authenticate);
  const app = createHttpApp({ log, metrics, ...config.app });
  mountIngest(app, {
    config,
    verifiers: createVerifiers(config, Date.now),
    authenticate,
    accept: delivery.accept,
    acceptNotice: (notice) => notices.add(notice),
    importApple,
    metrics,
    log,
  });
  mountConnectRoutes(app, { ...vendors.routes, requireScope });
  mountRawRoutes(app, { ...vendors.routes, requireScope });
  mountConnectionRoutes(app, { ...vendors.routes, quotaLeft: vendors.quotaLeft, requireScope });
  mountOps(app, {
    service: 'webhook-ingest',
    version: config.version,
    components: [...components(delivery.kafka, postgres.component), redis.component],
    metrics,
    isStopping,
  });
  mountErrors(app);
  await use(serveHttp(app, config.http, log));
});
