import { readFile } from 'node:fs/promises';
import { createAuthenticator, createSignIn, type Authenticate } from '@bridge/auth';
import { loadRuleFile } from '@bridge/decision-store';
import { createHistory, startDigesting, startExplaining, type History } from '@bridge/history';
import { connectKafka, createCodec, createMessageSigner, type KafkaConnection } from '@bridge/kafka';
import { connectPostgres, type Query } from '@bridge/postgres';
import { serveHttp, type HttpServer, type Service } from '@bridge/service-runtime';
import { createVault, type Vault } from '@bridge/vault';
import { createAccessLog, type RecordAccess } from './adapters/access-log.ts';
import { followTopics, type Following } from './adapters/follow-topics.ts';
import { createPeople } from './adapters/people.ts';
import type { GatewayConfig } from './config.ts';
import { createFeed, type Feed } from './domain/feed.ts';
import { createSeenIds } from './domain/seen-ids.ts';
import { createApp } from './http/create-app.ts';
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
  const recordAccess = createAccessLog(query);
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
    components: [postgres.component, kafka.component, following.component],
    signIn: createSignIn({ query, vault }),
    people: createPeople({ vault }),
    recordAccess,
    history: await wireHistory(service, config, { query, vault, recordAccess }),
    requestsPerMinute: config.requestsPerMinute,
    openApi: await readFile(config.openApi, 'utf8'),
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

type HistoryParts = {
  readonly query: Query;
  readonly vault: Vault;
  readonly recordAccess: RecordAccess;
};

/** Reads of people. The threads start when they are first needed. */
async function wireHistory(
  { use }: Service,
  { rules, postgres, vault }: GatewayConfig,
  parts: HistoryParts,
): Promise<History> {
  const { rules: present } = await loadRuleFile(rules);
  // Each takes 20 µs: what takes longer than some ms would hold up the streams.
  const digesting = await use(startDigesting({ inPlace: 300 }));
  const explaining = await use(startExplaining({ postgresUrl: postgres.url, ...vault }));
  return createHistory({ ...parts, digesting, explaining, rules: () => present, now: Date.now });
}
