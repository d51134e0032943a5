import { createAuthenticator, createKeyRing, createRequireScope, type Scope } from '@bridge/auth';
import type { Closeable } from '@bridge/core';
import { connectPostgres } from '@bridge/postgres';
import { connectRedis } from '@bridge/redis';
import { createPolicies } from '@bridge/resilience';
import { createHttpApp, createLogger, mountErrors, serveHttp } from '@bridge/service-runtime';
import { fromEnvironment, type TestDatabase } from '@bridge/testing';
import { createVault } from '@bridge/vault';
import { Writable } from 'node:stream';
import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';
import { wireApple } from '../src/apple/wire.ts';
import { checkDefinitions } from '../src/vendors/check-definitions.ts';
import { vendorDefinitions } from '../src/vendors/vendors.ts';
import { loadConfig } from '../src/config.ts';
import { wireDocuments } from '../src/documents/wire.ts';
import { wireFlatBodies } from '../src/flat-bodies/wire.ts';
import { createCountOutcome } from '../src/http/count-outcome.ts';
import { createRateLimits } from '../src/http/rate-limit.ts';
import { createIngestMetrics } from '../src/metrics.ts';
import { wireProfiles } from '../src/profiles/wire.ts';
import { wirePublishing } from '../src/publishing/wire.ts';
import type { createKeys } from './ingest-process.ts';

/** The routes of this file's subject on the real stores, in this process: faster than a service for each test. */
export async function startAppleRoutes(database: TestDatabase, keys: ReturnType<typeof createKeys>) {
  const config = loadConfig({
    ...keys,
    POSTGRES_URL: database.urlFor('ingest'),
    KAFKA_BOOTSTRAP_SERVERS: fromEnvironment('KAFKA_BOOTSTRAP_SERVERS'),
    SCHEMA_REGISTRY_URL: fromEnvironment('SCHEMA_REGISTRY_URL'),
    REDIS_URL: process.env['REDIS_URL'],
    PORT: '0',
  });
  const open: Closeable[] = [];
  const use = async <T extends Closeable>(opening: T | Promise<T>): Promise<T> => {
    const opened = await opening;
    open.push(opened);
    return opened;
  };
  onTestFinished(async () => {
    for (const one of open.reverse()) await one.close();
  });
  const lines: string[] = [];
  const destination = new Writable({
    write(line: Buffer, _encoding, done) {
      lines.push(line.toString());
      done();
    },
  });
  const log = createLogger({ service: 'test', level: 'debug', destination });
  const registry = new Registry();
  const vendors = checkDefinitions(vendorDefinitions);
  const metrics = createIngestMetrics(registry, vendors.all);
  const policies = createPolicies({ metrics: registry, log });
  const postgres = await use(connectPostgres(config.postgres, { log, metrics: registry }));
  const redis = await use(connectRedis(config.redis, { log, metrics: registry }));
  const asOwner = { url: database.adminUrl, max: 2, applicationName: 'test' };
  const owner = await use(connectPostgres(asOwner, { log, metrics: new Registry() }));
  const vault = createVault({ query: postgres.query, ...config.vault });
  const shared = {
    ...{ config, vendors, postgres, redis, vault, policies, metrics, log, now: Date.now },
    retentionDays: config.retentionDays,
  };
  const publishing = await wirePublishing({ use, metrics: registry }, shared);
  const documents = wireDocuments({ ...shared, ...publishing });
  const profiles = wireProfiles({ ...shared, ...publishing });
  const flatBodies = await use(wireFlatBodies({ ...shared, publish: profiles.publishDeclaration }));
  const apple = wireApple({ ...shared, ...documents, ...flatBodies });

  const authenticate = createAuthenticator({ query: postgres.query, vault, masterKey: config.masterKey });
  const app = createHttpApp({ log, metrics: registry });
  const routes = {
    app,
    limits: createRateLimits(config.rateLimits),
    requireIngest: createRequireScope(authenticate)('ingest'),
    requireKey: (scope: Scope) => [createRequireScope(authenticate)(scope)],
    countOutcome: createCountOutcome(metrics.countDelivery),
  };
  for (const feature of [apple, flatBodies]) feature.mount(routes);
  mountErrors(app);
  const { url } = await use(serveHttp(app, config.http, log));

  async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
    const bytes = body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body);
    const response = await fetch(url + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${keys.AUREN_MASTER_API_KEY}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: typeof body === 'string' ? body : bytes,
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  /** A key for these users only. */
  async function createKey(users: readonly string[]): Promise<string> {
    const ring = createKeyRing({ query: owner.query, vault });
    return (await ring.createKey({ label: 'test', scopes: ['ingest'], users })).key;
  }

  return { post, createKey, lines, query: owner.query, vault, url };
}
