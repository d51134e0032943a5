import {
  createAccessorNames,
  createAuthenticator,
  createGrants,
  createKeyRing,
  createSignIn,
  type Authenticate,
} from '@bridge/auth';
import { type Component } from '@bridge/core';
import {
  connectKafka,
  createCodec,
  createLogReader,
  createMessageSigner,
  type KafkaConnection,
} from '@bridge/kafka';
import { connectPostgres, type Query } from '@bridge/postgres';
import { serveHttp, type HttpServer, type Service } from '@bridge/service-runtime';
import { createVault, type Vault } from '@bridge/vault';
import { createAccessLog } from './adapters/access-log.ts';
import { createAuditReader } from './adapters/audit.ts';
import { followTopics, type Following } from './adapters/follow-topics.ts';
import { createLoadInsights } from './adapters/insights.ts';
import { createOidcAttempts } from './adapters/oidc-attempts.ts';
import { createOidcProvider } from './adapters/oidc-provider.ts';
import { createPeople } from './adapters/people.ts';
import { createPipeline } from './adapters/pipeline.ts';
import type { GatewayConfig } from './config.ts';
import { createFeed, type Feed } from './domain/feed.ts';
import { createSeenIds } from './domain/seen-ids.ts';
import { createApp, type AppOptions } from './http/create-app.ts';
import { createOpenStreams, type OpenStreams } from './http/open-streams.ts';
import { createStreamEvents } from './stream-events.ts';
import { createStreamMetrics, type StreamMetrics } from './stream-metrics.ts';

export type Gateway = { readonly server: HttpServer; readonly feed: Feed };

/** The whole service. Acquired top to bottom, released bottom to top. */
export async function wireGateway(service: Service, config: GatewayConfig): Promise<Gateway> {
  const { use, log, metrics, isStopping } = service;
  const postgres = await use(connectPostgres(config.postgres, { log, metrics }));
  const { query } = postgres;
  const kafka = await use(connectKafka(config.kafka, { log, metrics }));
  const vault = createVault({ query, ...config.vault });
  const feed = createFeed([...config.kinds.keys()], config.ring);
  const observed = createStreamMetrics(metrics, () => feed.subscribers.size);
  const following = await wireFeed(service, config, { kafka, feed, observed });

  const authenticate = createAuthenticator({ query, vault, masterKey: config.masterKey });
  const streams = await wireStreams(service, config, { authenticate, feed });
  const components = [postgres.component, kafka.component, following.component];
  const app = createApp({
    authenticate,
    feed,
    streams,
    observed,
    limits: config.limits,
    page: config.page,
    version: config.version,
    trustProxy: config.trustProxy,
    log,
    metrics,
    isStopping,
    components,
    ...wireSignIn(config, { query, vault }),
    ...(await wireAdmin(service, config, { query, vault, kafka, components })),
    people: createPeople({ query, vault }),
    loadInsights: createLoadInsights({ query, vault }),
    recordAccess: createAccessLog(query),
  });
  return { server: await use(serveHttp(app, config.http, log)), feed };
}

type FeedParts = { readonly kafka: KafkaConnection; readonly feed: Feed; readonly observed: StreamMetrics };

/** From the live topics to the feed. */
async function wireFeed(
  { use, log, crash }: Service,
  { wire, kinds, seenIds, startBack, retentionDays }: GatewayConfig,
  { kafka, feed, observed }: FeedParts,
): Promise<Following> {
  const codec = await createCodec({ registryUrl: wire.registryUrl });
  const signer = createMessageSigner(wire.signingKeys);
  const seen = createSeenIds(seenIds);
  const onMessage = createStreamEvents({
    kinds,
    codec,
    signer,
    feed,
    seen,
    metrics: observed,
    log,
    retentionDays,
  });
  const topics = [...kinds.keys()];
  return use(followTopics({ kafka, topics, feed, onMessage, startBack, crash, log }));
}

/** Open streams end before anything is closed, so that their subscribers reconnect at once. */
async function wireStreams(
  { use, log, onStopping }: Service,
  { credentialsEveryMs }: GatewayConfig,
  { authenticate, feed }: { readonly authenticate: Authenticate; readonly feed: Feed },
): Promise<OpenStreams> {
  const streams = await use(createOpenStreams({ authenticate, feed, log, tickMs: credentialsEveryMs }));
  onStopping(() => streams.endAll());
  return streams;
}

type Store = { readonly query: Query; readonly vault: Vault };

/** Sessions by key, by link, and at the OIDC provider where one is configured. */
function wireSignIn(
  { oidc, isPublicTls }: GatewayConfig,
  store: Store,
): Pick<AppOptions, 'signIn' | 'oidc' | 'isPublicTls'> {
  return {
    signIn: createSignIn(store),
    isPublicTls,
    oidc: oidc && {
      provider: createOidcProvider(oidc),
      attempts: createOidcAttempts(store.vault),
      grants: createGrants(store),
    },
  };
}

type AdminParts = Store & { readonly kafka: KafkaConnection; readonly components: readonly Component[] };

/** What only admins see: keys, who looked at whom, how far everything is. */
async function wireAdmin(
  { use }: Service,
  { pipeline }: GatewayConfig,
  { kafka, components, ...store }: AdminParts,
): Promise<Pick<AppOptions, 'accessorNames' | 'keyRing' | 'readAudit' | 'readPipeline'>> {
  const accessorNames = createAccessorNames(store);
  const log = await use(createLogReader(kafka.kafka));
  return {
    accessorNames,
    keyRing: createKeyRing(store),
    readAudit: createAuditReader({ ...store, accessorNames }),
    readPipeline: createPipeline({
      query: store.query,
      log,
      listTopics: async () => (await kafka.admin()).listTopics(),
      settings: pipeline,
      components,
    }),
  };
}
