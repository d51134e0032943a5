import { readFile } from 'node:fs/promises';
import {
  createAccessorNames,
  createAuthenticator,
  createGrants,
  createKeyRing,
  createSignIn,
} from '@bridge/auth';
import { consumerGroups } from '@bridge/contracts';
import { type Component } from '@bridge/core';
import { loadRuleFile } from '@bridge/decision-store';
import { createHistory, startDigesting, startExplaining, type History } from '@bridge/history';
import {
  connectKafka,
  createCodec,
  createLogReader,
  createMessageSigner,
  startGroupReader,
  type KafkaConnection,
} from '@bridge/kafka';
import { connectPostgres, type Query } from '@bridge/postgres';
import { connectRedis } from '@bridge/redis';
import { serveHttp, type HttpServer, type Service } from '@bridge/service-runtime';
import { createVault, type Vault } from '@bridge/vault';
import { createAccessLog, type RecordAccess } from './adapters/access-log.ts';
import { createAuditReader } from './adapters/audit.ts';
import { createErasedAmong } from './adapters/erased-subjects.ts';
import { followTopics, type Following } from './adapters/follow-topics.ts';
import { createOidcAttempts } from './adapters/oidc-attempts.ts';
import { createOidcProvider } from './adapters/oidc-provider.ts';
import { createPeople } from './adapters/people.ts';
import { createPipeline } from './adapters/pipeline.ts';
import { createReadItems, type ReadItems } from './adapters/read-items.ts';
import { createReadMissed, type ReadMissed } from './adapters/read-missed.ts';
import { createLoadSnapshot } from './adapters/snapshot.ts';
import { createStreamTickets } from './adapters/stream-tickets.ts';
import { createTopicEnds, type TopicEnds } from './adapters/topic-ends.ts';
import { createWebSocketPeer } from './adapters/websocket-peer.ts';
import type { GatewayConfig } from './config.ts';
import { createFeed, type Feed } from './domain/feed.ts';
import { createApp, type AppOptions } from './http/create-app.ts';
import { createOpenStreams, type OpenStreams, type OpenStreamsOptions } from './http/open-streams.ts';
import { createOpenStream } from './open-stream.ts';
import { createPushChanges } from './push-changes.ts';
import { createPushMetrics } from './push-metrics.ts';
import { createStreamEvents } from './stream-events.ts';
import { createStreamMetrics, type StreamMetrics } from './stream-metrics.ts';

export type Gateway = { readonly server: HttpServer; readonly feed: Feed };

/** The whole service. Acquired top to bottom, released bottom to top. */
export async function wireGateway(service: Service, config: GatewayConfig): Promise<Gateway> {
  const { use, log, metrics, isStopping } = service;
  const postgres = await use(connectPostgres(config.postgres, { log, metrics }));
  const { query } = postgres;
  const redis = await use(connectRedis(config.redis, { log, metrics }));
  const kafka = await use(connectKafka(config.kafka, { log, metrics }));
  const vault = createVault({ query, ...config.vault });
  const feed = createFeed([...config.kinds.keys()], config.feed);
  const observed = createStreamMetrics(metrics, () => feed.subscribers.size);
  const readItems = createReadItems({
    kinds: config.kinds,
    codec: await createCodec({ registryUrl: config.wire.registryUrl }),
    signer: createMessageSigner(config.wire.signingKeys),
    retentionDays: config.retentionDays,
  });
  const { following, ends, readMissed } = await wireFeed(service, config, {
    kafka,
    feed,
    observed,
    readItems,
  });
  const pushing = await wirePush(service, config, { kafka, readItems });

  const authenticate = createAuthenticator({ query, vault, masterKey: config.masterKey });
  const erasedAmong = createErasedAmong(query);
  const streams = await wireStreams(service, config, { authenticate, erasedAmong, feed });
  const people = createPeople({ vault });
  const openStream = createOpenStream({
    feed,
    readMissed,
    // Open alerts come with the history of a person.
    loadSnapshot: createLoadSnapshot({ query, vault, feed, openAlerts: () => Promise.resolve(new Map()) }),
    exists: ends.exists,
    skipEmpty: ends.skipEmpty,
    isWarm: following.isWarm,
    log,
    patienceMs: config.patienceMs,
  });
  const components = [
    postgres.component,
    kafka.component,
    redis.component,
    following.component,
    ...pushing,
  ];
  const recordAccess = createAccessLog(query);
  const app = createApp({
    authenticate,
    feed,
    streams,
    openStream,
    erasedAmong,
    tickets: createStreamTickets({ redis, vault, now: Date.now, ttlMs: config.ticketMs }),
    observed,
    queue: config.queue,
    patienceMs: config.patienceMs,
    corsOrigins: config.corsOrigins,
    page: config.page,
    version: config.version,
    trustProxy: config.trustProxy,
    log,
    metrics,
    isStopping,
    components,
    ...wireSignIn(config, { query, vault }),
    ...(await wireAdmin(service, config, { query, vault, kafka, components })),
    people,
    recordAccess,
    history: await wireHistory(service, config, { query, vault, recordAccess }),
    requestsPerMinute: config.requestsPerMinute,
    openApi: await readFile(config.openApi, 'utf8'),
  });
  return { server: await use(serveHttp(app, { ...config.http, ...halfOpen }, log)), feed };
}

/** Whoever connects and asks nothing is cut soon, and can't keep others out. */
const halfOpen = { headersTimeoutMs: 10_000 };

type FeedParts = {
  readonly kafka: KafkaConnection;
  readonly feed: Feed;
  readonly observed: StreamMetrics;
  readonly readItems: ReadItems;
};

type FeedSources = {
  readonly following: Following;
  readonly ends: TopicEnds;
  readonly readMissed: ReadMissed;
};

/** From the live topics to the feed, and back to what is older. */
async function wireFeed(
  { use, log, crash }: Service,
  { kinds, warmUp, replay }: GatewayConfig,
  { kafka, feed, observed, readItems }: FeedParts,
): Promise<FeedSources> {
  const topics = [...kinds.keys()];
  const reader = await use(createLogReader(kafka.kafka));
  const ends = createTopicEnds({ reader, feed, topics });
  const onMessage = createStreamEvents({ readItems, feed, metrics: observed, log });
  const following = await use(followTopics({ kafka, topics, feed, ends, onMessage, warmUp, crash, log }));
  const readMissed = createReadMissed({
    reader,
    feed,
    topics,
    readItems,
    limits: replay,
    now: Date.now,
    log,
  });
  return { following, ends, readMissed };
}

/** Transitions and alert changes go to a server of the operator's, however many gateways run. */
async function wirePush(
  { use, log, metrics, crash }: Service,
  { websocketUrl, kinds }: GatewayConfig,
  { kafka, readItems }: { readonly kafka: KafkaConnection; readonly readItems: ReadItems },
): Promise<readonly Component[]> {
  if (websocketUrl === undefined) return [];
  const pushed = [...kinds].filter(([, kind]) => kind === 'transition' || kind === 'alert');
  const peer = await use(createWebSocketPeer({ url: websocketUrl, log, timeoutMs: 10_000 }));
  const onMessages = createPushChanges({
    readItems,
    peer,
    metrics: createPushMetrics(metrics),
    random: Math.random,
    delays: { initialMs: 250, maxMs: 30_000 },
  });
  const { component } = await use(
    startGroupReader({
      connection: kafka,
      groupId: consumerGroups.websocket,
      topics: pushed.map(([topic]) => topic),
      onMessages,
      limits: { messages: 200, bytes: 1_024 * 1_024 },
      onCrash: crash,
      log,
    }),
  );
  return [component];
}

type StreamParts = Pick<OpenStreamsOptions, 'authenticate' | 'erasedAmong' | 'feed'>;

/** Open streams end before anything is closed, so that their subscribers reconnect at once. */
async function wireStreams(
  { use, log, onStopping }: Service,
  { credentialsEveryMs, streams: limits }: GatewayConfig,
  parts: StreamParts,
): Promise<OpenStreams> {
  const streams = await use(
    createOpenStreams({ ...parts, limits, log, random: Math.random, tickMs: credentialsEveryMs }),
  );
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
    readPipeline: createPipeline({ query: store.query, log, settings: pipeline, components }),
  };
}

type HistoryParts = Store & { readonly recordAccess: RecordAccess };

/** Reads of people. The threads start when they are first needed. */
async function wireHistory(
  { use }: Service,
  { rules, postgres, vault }: GatewayConfig,
  parts: HistoryParts,
): Promise<History> {
  const { rules: present } = await loadRuleFile(rules);
  const digesting = await use(startDigesting());
  const explaining = await use(startExplaining({ postgresUrl: postgres.url, ...vault }));
  return createHistory({ ...parts, digesting, explaining, rules: () => present, now: Date.now });
}
