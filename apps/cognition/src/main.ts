import { randomUUID } from 'node:crypto';
import { consumerGroups, registrySubjects, topics } from '@bridge/contracts';
import {
  connectKafka,
  createCodec,
  createMessageSigner,
  createPublisher,
  startBatchConsumer,
  startRelay,
} from '@bridge/kafka';
import { connectPostgres, createEventKeys, createOutbox, createPositions } from '@bridge/postgres';
import { connectRedis } from '@bridge/redis';
import { createHttpApp, mountErrors, mountOps, runService, serveHttp } from '@bridge/service-runtime';
import { createVault } from '@bridge/vault';
import { createBatchSessions } from './adapters/batch-session.ts';
import { createAnnouncer } from './adapters/decision-rows.ts';
import { createDecisionMetrics } from './adapters/decision-metrics.ts';
import { createDecisionStore } from './adapters/decision-store.ts';
import { startModeCensus } from './adapters/mode-census.ts';
import { createOutboxRows } from './adapters/outbox-rows.ts';
import { loadRuleFile } from './adapters/rule-file.ts';
import { keepRuleSet } from './adapters/rule-sets.ts';
import { createStateCache } from './adapters/state-cache.ts';
import { loadConfig } from './config.ts';
import { createDecideBatch } from './decide-batch.ts';
import { createThinking } from './graph/think.ts';
import { components } from './http/components.ts';

const schema = 'cognition';

// Acquired top to bottom, released bottom to top.
runService('cognition', async ({ use, log, env, metrics, isStopping, crash }) => {
  const config = loadConfig(env);
  const ruleFile = await loadRuleFile(config.rules);
  const postgres = await use(connectPostgres(config.postgres, { log, metrics }));
  const redis = await use(connectRedis(config.redis, { log, metrics }));
  const kafka = await use(connectKafka(config.kafka, { log, metrics }));
  const publisher = await use(createPublisher(kafka));
  const codec = await createCodec({ registryUrl: config.registryUrl, produces: registrySubjects() });
  const signer = createMessageSigner(config.signingKeys);
  const vault = createVault({ query: postgres.query, ...config.vault });
  await keepRuleSet(postgres.query, ruleFile);

  const outbox = createOutbox(schema, randomUUID());
  const positions = createPositions(postgres.query, schema, consumerGroups.decisions);
  const eventKeys = createEventKeys(schema);
  const relay = await use(
    startRelay({
      store: createOutboxRows(postgres.query, outbox, vault),
      publish: (messages) => publisher.publish(messages),
      log,
    }),
  );
  const cache = createStateCache(config.stateCacheSize);
  const decisions = createDecisionMetrics(metrics);
  const store = createDecisionStore({ positions, eventKeys, outbox });
  const announcer = createAnnouncer({ codec, signer });
  const openSession = createBatchSessions({
    ...{ postgres, positions, eventKeys, outbox, store, vault, cache, announcer, relay },
    ...{ metrics: decisions, now: Date.now },
  });
  const handler = createDecideBatch({
    ...{ codec, signer, openSession, think: createThinking(ruleFile.rules), forgetStates: cache.forget },
  });
  const consumer = await use(
    startBatchConsumer({
      ...{
        connection: kafka,
        groupId: consumerGroups.decisions,
        topics: [topics.events.name],
        positions,
        handler,
      },
      ...{ limits: { maxMessages: config.batchSize }, onCrash: crash },
    }),
  );
  await use(startModeCensus(postgres, metrics, log));
  decisions.ready();

  const app = createHttpApp({ log, metrics });
  mountOps(app, {
    ...{
      service: 'cognition',
      version: config.version,
      metrics,
      isStopping,
      extraHealth: { runtime: 'langgraph' },
    },
    components: components({ postgres, redis, kafka, consumer }),
  });
  mountErrors(app);
  await use(serveHttp(app, config.http, log));
});
