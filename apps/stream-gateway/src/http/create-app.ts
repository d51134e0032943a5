import { createRequireScope, type Authenticate, type SignIn } from '@bridge/auth';
import { type Component, type Log } from '@bridge/core';
import { type History } from '@bridge/history';
import { createHttpApp, mountErrors, mountOps } from '@bridge/service-runtime';
import express, { type Express } from 'express';
import { type Registry } from 'prom-client';
import { type RecordAccess } from '../adapters/access-log.ts';
import { type People } from '../adapters/people.ts';
import { type Feed } from '../domain/feed.ts';
import { type StreamMetrics } from '../stream-metrics.ts';
import { mountDocs } from './docs-routes.ts';
import { mountHistory } from './history-routes.ts';
import { type OpenStreams } from './open-streams.ts';
import { limitRate } from './rate-limit.ts';
import { mountSession } from './session-routes.ts';
import { mountStream, type StreamLimits } from './stream-route.ts';

export type AppOptions = {
  readonly authenticate: Authenticate;
  readonly signIn: SignIn;
  readonly feed: Feed;
  readonly streams: OpenStreams;
  readonly people: People;
  readonly history: History;
  /** Requests of one key in a minute. */
  readonly requestsPerMinute: number;
  /** The API's description, as JSON. */
  readonly openApi: string;
  readonly recordAccess: RecordAccess;
  readonly observed: StreamMetrics;
  readonly limits: StreamLimits;
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
  mountStream(app, { ...options, requireScope });
  mountHistory(app, { ...options, requireScope, limited: limitRate(options.requestsPerMinute) });
  mountDocs(app, options);
  mountSession(app, { ...options, requireScope });
  app.use(express.static(page, { index: 'index.html' }));
  mountErrors(app);
  return app;
}
