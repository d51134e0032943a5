import { createAuthenticator, createRequireScope, type Scope } from '@bridge/auth';
import type { Component, Log } from '@bridge/core';
import type { Postgres } from '@bridge/postgres';
import { createHttpApp, mountErrors, mountOps, refuseMethod, type Service } from '@bridge/service-runtime';
import type { Vault } from '@bridge/vault';
import type { Express } from 'express';
import type { Config } from '../config.ts';
import type { Connections } from '../connections/wire.ts';
import type { FlatBodies } from '../flat-bodies/wire.ts';
import type { IngestMetrics } from '../metrics.ts';
import type { Profiles } from '../profiles/wire.ts';
import type { Verify } from '../signatures/verify-signature.ts';
import type { VendorClient } from '../vendor-client/wire.ts';
import { createCountOutcome } from './count-outcome.ts';
import { ingestGuard, keyGuard } from './ingest-guard.ts';
import type { IngestRoutes } from './ingest-routes.ts';
import { createRateLimits } from './rate-limit.ts';

type Feature = { readonly mount: (routes: IngestRoutes) => void };

type Deps = {
  readonly config: Pick<Config, 'app' | 'masterKey' | 'rateLimits' | 'version'>;
  readonly postgres: Postgres;
  readonly vault: Vault;
  /** Undefined where no secret of Standard Webhooks is configured. */
  readonly verify: Verify | undefined;
  /** Features that receive deliveries, in the order in which their routes are asked. */
  readonly intakes: readonly Feature[];
  readonly profiles: Profiles;
  readonly flatBodies: Pick<FlatBodies, 'acceptOnce' | 'keepBody'>;
  readonly connections: Connections;
  readonly quotaLeft: VendorClient['quotaLeft'];
  readonly kafka: Component;
  readonly redis: { readonly component: Component };
  readonly metrics: IngestMetrics;
  readonly log: Log;
};

/** The HTTP app with the routes of all features. */
export function wireHttp(
  { metrics: registry, isStopping }: Pick<Service, 'metrics' | 'isStopping'>,
  deps: Deps,
): Express {
  const { config, postgres, vault, verify, intakes, profiles, flatBodies, connections } = deps;
  const { quotaLeft, kafka, redis, metrics, log } = deps;
  const authenticate = createAuthenticator({ query: postgres.query, vault, masterKey: config.masterKey });
  const requireScope = createRequireScope(authenticate);
  const app = createHttpApp({ log, metrics: registry, ...config.app });
  const limits = createRateLimits(config.rateLimits);
  const requireIngest = ingestGuard({ requireIngest: requireScope('ingest'), verify, limits });
  const requireKey = (scope: Scope) => keyGuard(requireScope(scope), limits);
  const countOutcome = createCountOutcome(metrics.countDelivery);
  const routes = { app, limits, requireIngest, requireKey, countOutcome };
  for (const intake of intakes) intake.mount(routes);
  profiles.mount({ ...routes, ...flatBodies, requireScope });
  // Link checkers ask with HEAD: it must neither begin a consent nor use one up.
  app.head(['/connect/:vendor', '/connect/:vendor/callback'], (_req, res) => refuseMethod(res, ['GET']));
  connections.mount({ app, requireScope, quotaLeft });
  mountOps(app, {
    service: 'webhook-ingest',
    version: config.version,
    components: [...storeComponents(kafka, postgres.component), redis.component],
    metrics: registry,
    isStopping,
  });
  mountErrors(app);
  return app;
}

/** Either store alone keeps the service ready; without both nothing can be accepted. */
function storeComponents(kafka: Component, postgres: Component): Component[] {
  return [
    { ...kafka, needed: false },
    { ...postgres, needed: false },
    {
      name: 'acceptance',
      needed: true,
      async check() {
        const reached = await Promise.allSettled([kafka.check(), postgres.check()]);
        const works = reached.map((one) => one.status === 'fulfilled' && one.value !== 'unhealthy');
        if (works.every(Boolean)) return 'healthy';
        return works.some(Boolean) ? 'degraded' : 'unhealthy';
      },
    },
  ];
}
