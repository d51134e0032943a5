import { fileURLToPath } from 'node:url';
import { createAuthenticator, createSignIn } from '@bridge/auth';
import { connectKafka, createCodec, createMessageSigner } from '@bridge/kafka';
import { connectPostgres } from '@bridge/postgres';
import { runService, serveHttp } from '@bridge/service-runtime';
import { createVault } from '@bridge/vault';
import { createAccessLog } from './adapters/access-log.ts';
import { followTopics } from './adapters/follow-topics.ts';
import { createPeople } from './adapters/people.ts';
import { loadConfig } from './config.ts';
import { createFeed } from './domain/feed.ts';
import { createSeenIds } from './domain/seen-ids.ts';
import { createApp } from './http/create-app.ts';
import { createOpenStreams } from './http/open-streams.ts';
import { createStreamEvents } from './stream-events.ts';
import { createStreamMetrics } from './stream-metrics.ts';

const page = fileURLToPath(new URL('../public/', import.meta.url));

// Acquired top to bottom, released bottom to top.
runService('stream-gateway', async ({ use, log, env, metrics, onStopping, isStopping, crash }) => {
  const config = loadConfig(env);
  const { kinds, version, limits, trustProxy, startBack } = config;
  const postgres = await use(connectPostgres(config.postgres, { log, metrics }));
  const { query } = postgres;
  const kafka = await use(connectKafka(config.kafka, { log, metrics }));
  const codec = await createCodec({ registryUrl: config.registryUrl });
  const signer = createMessageSigner(config.signingKeys);
  const vault = createVault({ query, ...config.vault });

  const feed = createFeed([...kinds.keys()], config.ring);
  const observed = createStreamMetrics(metrics, () => feed.subscribers.size);
  const seen = createSeenIds(config.seenIds);
  const onMessage = createStreamEvents({
    ...{ kinds, codec, signer, feed, seen, metrics: observed, log },
    retentionDays: config.retentionDays,
  });
  const topics = [...kinds.keys()];
  const following = await use(followTopics({ kafka, topics, feed, onMessage, startBack, crash, log }));

  const authenticate = createAuthenticator({ query, vault, masterKey: config.masterKey });
  const streams = await use(createOpenStreams({ authenticate, feed, log }));
  onStopping(() => streams.endAll());
  const app = createApp({
    ...{ authenticate, feed, streams, observed, limits, page, version, trustProxy, log, metrics, isStopping },
    components: [postgres.component, kafka.component, following.component],
    signIn: createSignIn({ query, vault }),
    people: createPeople({ query, vault }),
    recordAccess: createAccessLog(query),
  });
  await use(serveHttp(app, config.http, log));
});
