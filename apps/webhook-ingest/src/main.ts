import { connectPostgres } from '@bridge/postgres';
import { connectRedis } from '@bridge/redis';
import { createPolicies } from '@bridge/resilience';
import { runService, serveHttp } from '@bridge/service-runtime';
import { createVault } from '@bridge/vault';
import { setFlagsFromString } from 'node:v8';
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
import { wirePublishing } from './publishing/wire.ts';
import { wirePulls } from './pulls/wire.ts';
import { createVerifiers } from './signatures/create-verifiers.ts';
import { wireSilence } from './silence/wire.ts';
import { wireVendorAccounts, wireVendorClient } from './vendor-client/wire.ts';

// A large body makes some of its objects old. V8 would let the heap grow to several times what is in use before it collects
// those; at less than twice, a body of 50 MB fits into 250 MB. Here, so that it holds however the service is started.
setFlagsFromString('--heap-growing-percent=80');

// Acquired top to bottom, released bottom to top.
runService('webhook-ingest', async (service) => {
  const { use, log, env, metrics: registry } = service;
  const config = loadConfig(env);
  const policies = createPolicies({ metrics: registry, log });
  const postgres = await use(connectPostgres(config.postgres, { log, metrics: registry }));
  const redis = await use(connectRedis(config.redis, { log, metrics: registry }));
  const vault = createVault({ query: postgres.query, ...config.vault });
  const metrics = createIngestMetrics(registry);
  const { vendors, publicUrl } = config;
  const shared = {
    config,
    postgres,
    redis,
    vault,
    policies,
    metrics,
    vendors,
    publicUrl,
    log,
    now: Date.now,
  };

  const publishing = await wirePublishing(service, shared);
  const documents = wireDocuments({ ...shared, ...publishing });
  const flatBodies = await use(wireFlatBodies({ ...shared, ...publishing }));
  const apple = wireApple({ ...shared, ...documents, ...flatBodies });

  const connections = wireConnections({ ...shared, ...publishing, ...wireVendorAccounts(shared) });
  const queue = createNoticeQueue(postgres.query);
  const client = wireVendorClient({ ...shared, queue, tokens: connections.tokens });
  const verifiers = createVerifiers(config, Date.now);
  const intake = await use(
    wireNoticeIntake({ ...shared, queries: connections.queries, verifiers: verifiers.byVendor }),
  );
  const resolution = wireNoticeResolution({ ...shared, ...documents, ...client, ...connections, queue });
  const pulls = wirePulls({ ...shared, ...documents, ...client, ...connections, ...resolution });
  const silence = wireSilence({ ...shared, ...publishing, ...client });
  const jobs = [connections.jobs, resolution.jobs, pulls, silence];
  await use(wireJobs(jobs, { ...shared, config: config.jobs }));

  const app = wireHttp(service, {
    ...shared,
    verify: verifiers.standardWebhooks,
    // How a sender authenticates says what it sends: signatures first, then formats of their own, then the flat body.
    intakes: [intake, apple, flatBodies],
    connections,
    quotaLeft: client.quotaLeft,
    kafka: publishing.kafka,
  });
  await use(serveHttp(app, config.http, log));
});
