import { consumerGroups, topics } from '@bridge/contracts';
import {
  connectKafka,
  createLogPeek,
  createPublisher,
  startBatchConsumer,
  startHeartbeat,
} from '@bridge/kafka';
import { connectPostgres } from '@bridge/postgres';
import { connectRedis } from '@bridge/redis';
import { createHttpApp, mountErrors, mountOps, runService, serveHttp } from '@bridge/service-runtime';
import { createVault, startSealing } from '@bridge/vault';
import { createDecidedUpTo } from './adapters/decided-up-to.ts';
import { createDecisionMetrics } from './adapters/decision-metrics.ts';
import { startHousekeeping } from './adapters/housekeeping.ts';
import { openDecisions } from './adapters/open-decisions.ts';
import { openOutbox } from './adapters/open-outbox.ts';
import { openWire } from './adapters/open-wire.ts';
import type { RuleFile } from './adapters/rule-file.ts';
import { keepRuleSet } from './adapters/rule-sets.ts';
import { watchRules } from './adapters/watch-rules.ts';
import { loadConfig } from './config.ts';
import { createDecideBatch } from './decide-batch.ts';
import { createThinking } from './graph/think.ts';
import { components } from './http/components.ts';
import { startPassingTime } from './pass-time.ts';

// Acquired top to bottom, released bottom to top.
runService('cognition', async ({ use, log, env, metrics, isStopping, onReload, crash }) => {
  const { version, ...config } = loadConfig(env);
  const postgres = await use(connectPostgres(config.postgres, { log, metrics }));
  const { query } = postgres;
  const redis = await use(connectRedis(config.redis, { log, metrics }));
  const kafka = await use(connectKafka(config.kafka, { log, metrics }));
  // What it sends comes in batches anyway.
  const publisher = await use(createPublisher(kafka, { lingerMs: 0 }));
  const { makeMessage, ...wire } = await openWire(config.wire);
  const vault = createVault({ query, ...config.vault });
  const sealing = await use(startSealing({ onLost: (error) => crash('sealing stopped', error) }));
  const keep = (file: RuleFile) => keepRuleSet(query, file);
  const rules = await use(watchRules({ path: config.rules, keep, metrics, log }));
  onReload(rules.reload);

  const written = await use(openOutbox({ postgres, vault, publisher, metrics, log }));
  const counted = createDecisionMetrics(metrics);
  const decisions = openDecisions({
    ...{ postgres, vault, sealing, ...written, makeMessage, metrics: counted, log },
    ...{ activeRules: rules.current, cacheSize: config.stateCacheSize, now: Date.now },
  });
  const think = createThinking({ onModeFailure: counted.modeFailed });
  const handler = createDecideBatch({ ...wire, think, ...decisions, retentionDays: config.retentionDays });
  const [topic, groupId] = [topics.events.name, consumerGroups.decisions];
  const { positions } = decisions;
  const group = { connection: kafka, groupId, topics: [topic], positions, limits: config.limits };
  const consumer = await use(startBatchConsumer({ ...group, handler, onCrash: crash }));
  const peek = await use(createLogPeek(kafka.kafka));
  const decidedUpTo = createDecidedUpTo({ peek, query, topic, consumer: groupId, now: Date.now });
  await use(startPassingTime({ decidedUpTo, decideDue: decisions.decideDue, log }));
  await use(startHousekeeping({ postgres, metrics, now: Date.now, log }));
  await use(startHeartbeat({ makeMessage, publisher, source: 'cognition', log }));
  counted.ready();

  const app = createHttpApp({ log, metrics });
  const parts = components({ postgres, redis, kafka, consumer });
  const extraHealth = { runtime: 'langgraph' };
  mountOps(app, { service: 'cognition', version, components: parts, metrics, isStopping, extraHealth });
  mountErrors(app);
  await use(serveHttp(app, config.http, log));
});
