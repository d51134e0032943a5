import { createAuthenticator, createRequireScope } from '@bridge/auth';
import { connectPostgres } from '@bridge/postgres';
import { connectRedis } from '@bridge/redis';
import { createPolicies } from '@bridge/resilience';
import { createHttpApp, mountErrors, mountOps, serveHttp, type Service } from '@bridge/service-runtime';
import { createVault } from '@bridge/vault';
import { wireApple } from './apple/wire.ts';
import { loadConfig } from './config.ts';
import { mountConnectRoutes } from './connections/routes/connect-routes.ts';
import { mountConnectionRoutes } from './connections/routes/connection-routes.ts';
import { mountRawRoutes } from './connections/routes/raw-routes.ts';
import { components } from './http/components.ts';
import { mountIngest } from './http/mount-ingest.ts';
import { wireNotices } from './notices/wire.ts';
import { wirePublishing } from './publishing/wire.ts';
import { createVerifiers } from './signatures/create-verifiers.ts';
import { checkDefinitions } from './vendors/check-definitions.ts';
import type { VendorDefinition } from './vendors/vendor-definition.ts';
import { wireVendors } from './wire-vendors.ts';

type Needs = Pick<Service, 'use' | 'log' | 'env' | 'metrics' | 'isStopping'>;

/** The service. Acquired top to bottom, released bottom to top. */
export async function wireIngest(service: Needs, vendors: Readonly<Record<string, VendorDefinition>>) {
  const { use, log, env, metrics, isStopping } = service;
  const definitions = checkDefinitions(vendors);
  const config = loadConfig(env, vendors);
  const policies = createPolicies({ metrics, log });
  const postgres = await use(connectPostgres(config.postgres, { log, metrics }));
  const redis = await use(connectRedis(config.redis, { log, metrics }));
  const vault = createVault({ query: postgres.query, ...config.vault });

  const delivery = await wirePublishing(service, { config, postgres, vault, policies });
  const features = await wireVendors(service, { config, definitions, postgres, vault, policies, delivery });
  const notices = await use(wireNotices({ postgres, redis, vault, policies, metrics, config }));
  const importApple = wireApple({ delivery, vault });

  const authenticate = createAuthenticator({ query: postgres.query, vault, masterKey: config.masterKey });
  const requireScope = createRequireScope(authenticate);
  const app = createHttpApp({ log, metrics, ...config.app });
  mountIngest(app, {
    config,
    vendors: definitions,
    verifiers: createVerifiers(config, definitions.all, Date.now),
    authenticate,
    accept: delivery.accept,
    acceptNotice: (notice) => notices.add(notice),
    importApple,
    metrics,
    log,
  });
  mountConnectRoutes(app, { ...features.routes, requireScope });
  mountRawRoutes(app, { ...features.routes, requireScope });
  mountConnectionRoutes(app, { ...features.routes, quotaLeft: features.quotaLeft, requireScope });
  mountOps(app, {
    service: 'webhook-ingest',
    version: config.version,
    components: [...components(delivery.kafka, postgres.component), redis.component],
    metrics,
    isStopping,
  });
  mountErrors(app);
  return use(serveHttp(app, config.http, log));
}
