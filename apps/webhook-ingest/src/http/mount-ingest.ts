import { createRequireScope, type Authenticate } from '@bridge/auth';
import type { Log } from '@bridge/core';
import type { Express } from 'express';
import type { Registry } from 'prom-client';
import type { EventPublisher } from '../publishing/wire.ts';
import type { Config } from '../config.ts';
import type { Verifiers } from '../signatures/create-verifiers.ts';
import type { Vendors } from '../vendors/check-definitions.ts';
import type { createImportApple } from '../apple/import-apple.ts';
import { createReceiveManual } from '../flat-bodies/receive-manual.ts';
import { createReceiveNotice, type NoticeDelivery } from '../notices/receive-notice.ts';
import { createReceiveFlatBody } from '../flat-bodies/receive-flat-body.ts';
import { mountAppleRoutes } from '../apple/routes/apple-routes.ts';
import { createRefusalCounter, createWebhookCounter } from './count-webhooks.ts';
import { ingestGuard } from './ingest-guard.ts';
import { mountManualRoutes } from '../flat-bodies/routes/manual-routes.ts';
import { createRateLimits } from './rate-limit.ts';
import { mountNoticeRoutes } from '../notices/routes/notice-routes.ts';
import { mountFlatBodyRoutes } from '../flat-bodies/routes/flat-body-routes.ts';

type Deps = {
  readonly config: Config;
  readonly vendors: Vendors;
  readonly verifiers: Verifiers;
  readonly authenticate: Authenticate;
  readonly accept: EventPublisher['accept'];
  /** Resolves once row and job are committed. */
  readonly acceptNotice: (notice: NoticeDelivery) => Promise<void>;
  readonly importApple: ReturnType<typeof createImportApple>;
  readonly metrics: Registry;
  readonly log: Log;
};

/**
 * `/webhooks/{apple,manual}` and `/webhooks/<vendor>`. How a sender authenticates says what it sends, so the order counts: a vendor's
 * signature first, then the routes that know formats of their own, then the flat body.
 */
export function mountIngest(app: Express, deps: Deps): void {
  const { config, vendors, verifiers, authenticate, accept, acceptNotice, importApple, metrics, log } = deps;
  const now = Date.now;
  const limits = createRateLimits(config.rateLimits);
  const count = createWebhookCounter(metrics);
  const receive = createReceiveFlatBody({ accept, now });
  const requireIngest = ingestGuard({
    requireIngest: createRequireScope(authenticate)('ingest'),
    verify: verifiers.standardWebhooks,
    limits,
  });

  mountNoticeRoutes(app, {
    receive: createReceiveNotice({ verify: verifiers.byVendor, accept: acceptNotice, now }),
    vendors: vendors.all,
    apps: config.vendors,
    limits,
    count,
    countRefused: createRefusalCounter(metrics),
    log,
  });
  mountAppleRoutes(app, { importApple, receive, requireIngest, count: count('apple'), log });
  const receiveManual = createReceiveManual({ accept, now });
  mountManualRoutes(app, { receiveManual, receive, requireIngest, count: count('manual'), log });
  mountFlatBodyRoutes(app, { vendors: vendors.all, receive, requireIngest, count, log });
}
