import { defaultRetentionDays } from '@bridge/contracts';
import { randomBytes } from 'node:crypto';
import { createAuthenticator, createSignIn } from '@bridge/auth';
import { type Closeable } from '@bridge/core';
import { connectKafka, createCodec, createMessageSigner } from '@bridge/kafka';
import { connectPostgres } from '@bridge/postgres';
import { serveHttp } from '@bridge/service-runtime';
import { createRecordingLog, fromEnvironment } from '@bridge/testing';
import { createVault, parseKey, parseKeyList, type Query } from '@bridge/vault';
import { Registry } from 'prom-client';
import { createAccessLog } from '../src/adapters/access-log.ts';
import { followTopics } from '../src/adapters/follow-topics.ts';
import { createPeople } from '../src/adapters/people.ts';
import { createFeed } from '../src/domain/feed.ts';
import { createSeenIds } from '../src/domain/seen-ids.ts';
import { createApp } from '../src/http/create-app.ts';
import { createOpenStreams } from '../src/http/open-streams.ts';
import { createStreamEvents } from '../src/stream-events.ts';
import { createStreamMetrics } from '../src/stream-metrics.ts';

export const masterKey = randomBytes(32).toString('hex');
export const signer = createMessageSigner([{ id: 'test', key: randomBytes(32) }]);
const kek = parseKeyList(randomBytes(32).toString('base64'));
const indexKey = parseKey(randomBytes(32).toString('base64'));

export function openVault(query: Query) {
  return createVault({ query, kek, indexKey, cacheSize: 1_000 });
}

/** What the gateways of one test share. */
export type GatewayWorld = {
  readonly databaseUrl: string;
  readonly topics: { readonly events: string; readonly transitions: string; readonly alertChanges: string };
};

export type Gateway = Awaited<ReturnType<typeof startGateway>>;

/** The service of `main.ts` inside the test, on topics and a database of the test's own. */
export async function startGateway(
  { databaseUrl, topics }: GatewayWorld,
  { ringFrames = 1_000, startBack = 0 } = {},
) {
  const open: Closeable[] = [];
  const use = async <T extends Closeable>(resource: T | Promise<T>) => {
    const opened = await resource;
    open.push(opened);
    return opened;
  };
  const [log, metrics] = [createRecordingLog(), new Registry()];
  const postgres = await use(
    connectPostgres({ url: databaseUrl, max: 4, applicationName: 'gateway-test' }, { log, metrics }),
  );
  const { query } = postgres;
  const brokers = fromEnvironment('KAFKA_BOOTSTRAP_SERVERS').split(',');
  const kafka = await use(connectKafka({ brokers, clientId: 'gateway-test' }, { log, metrics }));
  const codec = await createCodec({ registryUrl: fromEnvironment('SCHEMA_REGISTRY_URL') });
  const vault = openVault(query);
  const kinds = new Map([
    [topics.events, 'event' as const],
    [topics.transitions, 'transition' as const],
    [topics.alertChanges, 'alert' as const],
  ]);
  const live = [...kinds.keys()];
  const feed = createFeed(live, { frames: ringFrames, bytes: 16_000_000 });
  const observed = createStreamMetrics(metrics, () => feed.subscribers.size);
  const seen = createSeenIds(10_000);
  const onMessage = createStreamEvents({
    kinds,
    codec,
    signer,
    feed,
    seen,
    metrics: observed,
    log,
    retentionDays: defaultRetentionDays,
  });
  const crash = (reason: string) => log.error(reason);
  const following = await use(followTopics({ kafka, topics: live, feed, onMessage, startBack, crash, log }));
  const authenticate = createAuthenticator({ query, vault, masterKey });
  const streams = await use(createOpenStreams({ authenticate, feed, log, tickMs: 100 }));
  const app = createApp({
    ...{ authenticate, feed, streams, observed, log, metrics },
    limits: { bufferBytes: 256 * 1_024, maxSubscribers: 50 },
    components: [postgres.component, kafka.component, following.component],
    signIn: createSignIn({ query, vault }),
    people: createPeople({ query, vault }),
    recordAccess: createAccessLog(query),
    page: new URL('../public/', import.meta.url).pathname,
    version: 'test',
    trustProxy: 'loopback',
    isStopping: () => false,
  });
  const { url } = await use(serveHttp(app, { host: '127.0.0.1', port: 0 }, log));

  return {
    url,
    log,
    metrics,
    feed,
    async close() {
      streams.endAll();
      for (const resource of open.splice(0).reverse()) await resource.close();
    },
  };
}
