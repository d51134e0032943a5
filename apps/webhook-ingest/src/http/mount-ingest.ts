import { createRequireScope, type Authenticate } from '@bridge/auth';
import type { Log } from '@bridge/core';
import type { Express } from 'express';
import type { Registry } from 'prom-client';
import type { Delivery } from '../adapters/open-delivery.ts';
import type { Config } from '../config.ts';
import type { Vendor } from '../domain/vendor.ts';
import type { createImportApple } from '../import-apple.ts';
import { createReceiveManual } from '../receive-manual.ts';
import { createReceiveNotice, type ReceivedNotice } from '../receive-notice.ts';
import { createReceiveWebhook } from '../receive-webhook.ts';
import { mountAppleRoutes } from './apple-routes.ts';
import { createRefusalCounter, createWebhookCounter } from './count-webhooks.ts';
import { ingestGuard } from './ingest-signature.ts';
import { mountManualRoutes } from './manual-routes.ts';
import { createRateLimits } from './rate-limit.ts';
import { mountVendorWebhooks } from './vendor-webhooks.ts';
import { mountWebhooks } from './webhook-routes.ts';

type Verify = NonNullable<NoticeDeps['verify'][Vendor]>;
type NoticeDeps = Parameters<typeof createReceiveNotice>[0];
/** The checks of every sender that this service has a secret of. */
type Verifiers = { readonly byVendor: NoticeDeps['verify']; readonly standardWebhooks: Verify | undefined };

type Deps = {
  readonly config: Config;
  readonly verifiers: Verifiers;
  readonly authenticate: Authenticate;
  readonly accept: Delivery['accept'];
  /** Resolves once row and job are committed. */
  readonly acceptNotice: (notice: ReceivedNotice) => Promise<void>;
  readonly importApple: ReturnType<typeof createImportApple>;
  readonly metrics: Registry;
  readonly log: Log;
};

/**
 * `/webhooks/{oura,whoop,apple,manual}`. How a sender authenticates says what it sends, so the order counts: a vendor's
 * signature first, then the routes that know formats of their own, then the flat body.
 */
export function mountIngest(app: Express, deps: Deps): void {
  const { config, verifiers, authenticate, accept, acceptNotice, importApple, metrics, log } = deps;
  const now = Date.now;
  const { retentionDays } = config;
  const limits = createRateLimits(config.rateLimits);
  const count = createWebhookCounter(metrics);
  const receive = createReceiveWebhook({ accept, now, retentionDays });
  const requireIngest = ingestGuard({
    requireIngest: createRequireScope(authenticate)('ingest'),
    verify: verifiers.standardWebhooks,
    limits,
  });

  mountVendorWebhooks(app, {
    receive: createReceiveNotice({ verify: verifiers.byVendor, accept: acceptNotice, now }),
    verificationToken: config.vendors.oura?.verificationToken,
    limits,
    count,
    countRefused: createRefusalCounter(metrics),
    log,
  });
  mountAppleRoutes(app, { importApple, receive, requireIngest, count: count('apple'), log });
  const receiveManual = createReceiveManual({ accept, now, retentionDays });
  mountManualRoutes(app, { receiveManual, receive, requireIngest, count: count('manual'), log });
  mountWebhooks(app, { receive, requireIngest, count, log });
}
