import { connectPostgres } from '@bridge/postgres';
import { connectRedis } from '@bridge/redis';
import { createPolicies } from '@bridge/resilience';
import { serveHttp, type Service } from '@bridge/service-runtime';
import { createVault } from '@bridge/vault';
import { wireApple } from './apple/wire.ts';
import { loadConfig } from './config.ts';
import { wireConnections } from './connections/wire.ts';
import { wireDocuments } from './documents/wire.ts';
import { wireFlatBodies } from './flat-bodies/wire.ts';
import { wireHttp } from './http/wire.ts';
import { wireJobs } from './jobs/wire.ts';
import { createIngestMetrics } from './metrics.ts';
import { createNoticeQueue } from './notices/rows/notice-queue.ts';
import { wireNoticeIntake, wireNoticeResolution } from './notices/wire.ts';
import { wireProfiles } from './profiles/wire.ts';
import { wirePublishing } from './publishing/wire.ts';
import { wirePulls } from './pulls/wire.ts';
import { createVerifiers } from './signatures/create-verifiers.ts';
import { wireSilence } from './silence/wire.ts';
import { wireVendorAccounts, wireVendorClient } from './vendor-client/wire.ts';
import { checkDefinitions } from './vendors/check-definitions.ts';
import type { VendorDefinition } from './vendors/vendor-definition.ts';

type Needs = Pick<Service, 'use' | 'log' | 'env' | 'metrics' | 'isStopping'>;

/** The service with these vendors. Acquired top to bottom, released bottom to top. */
export async function wireIngest(service: Needs, definitions: Readonly<Record<string, VendorDefinition>>) {
  const { use, log, env, metrics: registry } = service;
  const vendors = checkDefinitions(definitions);
  const config = loadConfig(env, definitions);
  const policies = createPolicies({ metrics: registry, log });
  const postgres = await use(connectPostgres(config.postgres, { log, metrics: registry }));
  const redis = await use(connectRedis(config.redis, { log, metrics: registry }));
  const vault = createVault({ query: postgres.query, ...config.vault });
  const metrics = createIngestMetrics(registry, vendors.all);
  const { vendors: apps, publicUrl } = config;
  const shared = {
    config,
    postgres,
    redis,
    vault,
    policies,
    metrics,
    vendors,
    apps,
    publicUrl,
    log,
    now: Date.now,
    retentionDays: config.retentionDays,
  };

  const publishing = await wirePublishing(service, shared);
  const documents = wireDocuments({ ...shared, ...publishing });
  const profiles = wireProfiles({ ...shared, ...publishing });
  const flatBodies = await use(wireFlatBodies({ ...shared, publish: profiles.publishDeclaration }));
  const apple = wireApple({ ...shared, ...documents, ...flatBodies });

  const connections = wireConnections({ ...shared, ...publishing, ...wireVendorAccounts(shared) });
  await use(publishing.startHeartbeat(() => connections.queries.countActive()));
  const queue = createNoticeQueue(postgres.query);
  const client = wireVendorClient({ ...shared, queue, tokens: connections.tokens });
  const verifiers = createVerifiers(config, vendors.all, Date.now);
  const intake = await use(
    wireNoticeIntake({ ...shared, queries: connections.queries, verifiers: verifiers.byVendor }),
  );
  const resolution = wireNoticeResolution({ ...shared, ...documents, ...client, ...connections, queue });
  const pulls = wirePulls({ ...shared, ...documents, ...client, ...connections, ...resolution });
  const silence = wireSilence({ ...shared, ...publishing, ...client, languageOf: profiles.languageOf });
  const jobs = [connections.jobs, resolution.jobs, pulls, silence];
  await use(wireJobs(jobs, { ...shared, config: config.jobs }));

  const app = wireHttp(service, {
    ...shared,
    verify: verifiers.standardWebhooks,
    // How a sender authenticates says what it sends: signatures first, then formats of their own, then the flat body.
    intakes: [intake, apple, flatBodies],
    profiles,
    flatBodies,
    connections,
    quotaLeft: client.quotaLeft,
    kafka: publishing.kafka,
  });
  return use(serveHttp(app, config.http, log));
}
