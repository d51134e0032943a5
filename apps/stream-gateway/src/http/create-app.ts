import {
  createRequireScope,
  type AccessorNames,
  type Authenticate,
  type KeyRing,
  type SignIn,
} from '@bridge/auth';
import { type Component, type Log } from '@bridge/core';
import { type History } from '@bridge/history';
import { createHttpApp, mountErrors, mountOps } from '@bridge/service-runtime';
import { type Express } from 'express';
import { type Registry } from 'prom-client';
import { type RecordAccess } from '../adapters/access-log.ts';
import { type ReadAudit } from '../adapters/audit.ts';
import { type People } from '../adapters/people.ts';
import type { StreamTickets } from '../adapters/stream-tickets.ts';
import { type ReadPipeline } from '../adapters/pipeline.ts';
import { type Feed } from '../domain/feed.ts';
import type { QueueLimits } from '../domain/frame-queue.ts';
import type { OpenStream } from '../open-stream.ts';
import { type StreamMetrics } from '../stream-metrics.ts';
import { allowOrigins } from './allow-origins.ts';
import { mountAudit } from './audit-routes.ts';
import { mountDocs } from './docs-routes.ts';
import { mountHistory } from './history-routes.ts';
import { mountKeys } from './key-routes.ts';
import { type OidcSignIn } from './oidc-routes.ts';
import { type OpenStreams } from './open-streams.ts';
import { mountPipeline } from './pipeline-routes.ts';
import { limitRate } from './rate-limit.ts';
import { servePage } from './serve-page.ts';
import { mountSession } from './session-routes.ts';
import { mountStream } from './stream-route.ts';

export type AppOptions = {
  readonly authenticate: Authenticate;
  readonly signIn: SignIn;
  readonly accessorNames: AccessorNames;
  readonly oidc: OidcSignIn | undefined;
  /** Browsers reach the edge by TLS. */
  readonly isPublicTls: boolean;
  readonly keyRing: KeyRing;
  readonly readAudit: ReadAudit;
  readonly readPipeline: ReadPipeline;
  readonly feed: Feed;
  readonly streams: OpenStreams;
  readonly openStream: OpenStream;
  readonly tickets: StreamTickets;
  readonly erasedAmong: (subjectIds: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly people: People;
  readonly history: History;
  /** Requests of one key in a minute. */
  readonly requestsPerMinute: number;
  /** The API's description, as JSON. */
  readonly openApi: string;
  readonly recordAccess: RecordAccess;
  readonly observed: StreamMetrics;
  readonly queue: QueueLimits;
  readonly patienceMs: number;
  /** Origins of other pages that may read answers. */
  readonly corsOrigins: ReadonlySet<string>;
  readonly components: readonly Component[];
  /** Folder of the page at `/`. */
  readonly page: string;
  readonly version: string;
  readonly trustProxy: string;
  readonly log: Log;
  readonly metrics: Registry;
  readonly isStopping: () => boolean;
};

/** Every route of the gateway. */
export function createApp(options: AppOptions): Express {
  const { authenticate, page, trustProxy, version, components, log, metrics, isStopping } = options;
  const requireScope = createRequireScope(authenticate);
  const app = createHttpApp({ log, metrics, trustProxy });
  mountOps(app, { service: 'stream-gateway', version, components, metrics, isStopping });
  app.use(allowOrigins(options.corsOrigins));
  mountStream(app, { ...options, requireScope });
  mountHistory(app, { ...options, requireScope, limited: limitRate(options.requestsPerMinute) });
  mountDocs(app, options);
  mountSession(app, { ...options, requireScope });
  mountKeys(app, { ...options, requireScope });
  mountAudit(app, { ...options, requireScope });
  mountPipeline(app, { ...options, requireScope });
  app.use(servePage(page));
  mountErrors(app);
  return app;
}
