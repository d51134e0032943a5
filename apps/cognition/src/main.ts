import { randomUUID } from 'node:crypto';
import { consumerGroups, registrySubjects, topics } from '@bridge/contracts';
import {
  connectKafka,
  createCodec,
  createMessageMaker,
  createMessageSigner,
  createOutboxRows,
  createPublisher,
  startBatchConsumer,
  startHeartbeat,
  startRelay,
  type OutgoingMessage,
} from '@bridge/kafka';
import { connectPostgres, createEventKeys, createOutbox, createPositions } from '@bridge/postgres';
import { connectRedis } from '@bridge/redis';
import { createHttpApp, mountErrors, mountOps, runService, serveHttp } from '@bridge/service-runtime';
import { createOutboxSeal, createVault } from '@bridge/vault';
import { createBatchSessions } from './adapters/batch-session.ts';
import { createAnnouncer } from './adapters/decision-rows.ts';
import { createDecisionMetrics } from './adapters/decision-metrics.ts';
import { startModeCensus } from './adapters/mode-census.ts';
import type { RuleFile } from './adapters/rule-file.ts';
import { keepRuleSet } from './adapters/rule-sets.ts';
import { createStateCache } from './adapters/state-cache.ts';
import { watchRules } from './adapters/watch-rules.ts';
import { loadConfig } from './config.ts';
import { createDecideBatch } from './decide-batch.ts';
import { createThinking } from './graph/think.ts';
import { components } from './http/components.ts';

// Acquired top to bottom, released bottom to top.
runService('cognition', async ({ use, log, env, metrics, isStopping, onReload, crash }) => {
  const { version, ...config } = loadConfig(env);
  const postgres = await use(connectPostgres(config.postgres, { log, metrics }));
  const { query } = postgres;
  const redis = await use(connectRedis(config.redis, { log, metrics }));
  const kafka = await use(connectKafka(config.kafka, { log, metrics }));
  const publisher = await use(createPublisher(kafka));
  const codec = await createCodec({ registryUrl: config.registryUrl, produces: registrySubjects() });
  const signer = createMessageSigner(config.signingKeys);
  const vault = createVault({ query, ...config.vault });
  const keep = (file: RuleFile) => keepRuleSet(query, file);
  const rules = await use(watchRules({ path: config.rules, keep, metrics, log }));
  onReload(rules.reload);

  const outbox = createOutbox('cognition', randomUUID());
  const outboxSeal = createOutboxSeal(vault, 'cognition.outbox');
  const outboxRows = createOutboxRows({ rows: outbox.rowsOn(query), open: outboxSeal.open, log });
  const publish = (messages: readonly OutgoingMessage[]) => publisher.publish(messages);
  const relay = await use(startRelay({ store: outboxRows, publish, log }));
  const positions = createPositions(query, 'cognition', consumerGroups.decisions);
  const tables = { postgres, positions, eventKeys: createEventKeys('cognition'), outbox, outboxSeal, vault };
  const cache = createStateCache(config.stateCacheSize);
  const makeMessage = createMessageMaker({ codec, signer, source: 'cognition' });
  const announce = createAnnouncer({ makeMessage, outboxSeal });
  const counted = createDecisionMetrics(metrics);
  const openSession = createBatchSessions({
    ...tables,
    cache,
    announce,
    relay,
    metrics: counted,
    now: Date.now,
  });
  const think = createThinking(rules.current, { onModeFailure: counted.modeFailed });
  const handler = createDecideBatch({ codec, signer, openSession, think, forgetStates: cache.forget });
  const group = { connection: kafka, groupId: consumerGroups.decisions, topics: [topics.events.name] };
  const limits = { maxMessages: config.batchSize };
  const consumer = await use(startBatchConsumer({ ...group, positions, handler, limits, onCrash: crash }));
  await use(startModeCensus(postgres, metrics, log));
  await use(startHeartbeat({ makeMessage, publisher, source: 'cognition', log }));
  counted.ready();

  const app = createHttpApp({ log, metrics });
  const parts = components({ postgres, redis, kafka, consumer });
  const extraHealth = { runtime: 'langgraph' };
  mountOps(app, { service: 'cognition', version, components: parts, metrics, isStopping, extraHealth });
  mountErrors(app);
  await use(serveHttp(app, config.http, log));
});
