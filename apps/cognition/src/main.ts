import { consumerGroups, topics } from '@bridge/contracts';
import { connectKafka, createLogReader, createPublisher, startHeartbeat } from '@bridge/kafka';
import { connectPostgres } from '@bridge/postgres';
import { connectRedis } from '@bridge/redis';
import { createHttpApp, mountErrors, mountOps, runService, serveHttp } from '@bridge/service-runtime';
import { createVault, startSealing } from '@bridge/vault';
import { keepRuleSet, type RuleFile } from '@bridge/decision-store';
import { createBlockMaintenance, startDigesting } from '@bridge/history';
import { createWatermarkLoader } from './adapters/watermark.ts';
import { createDecisionMetrics } from './adapters/decision-metrics.ts';
import { makeOlderPolicyDue } from './adapters/make-due.ts';
import { startMaintenance } from './adapters/maintenance.ts';
import { watchRules } from './adapters/watch-rules.ts';
import { loadConfig } from './config.ts';
import { components } from './http/components.ts';
import { startTickSweeper } from './tick-sweeper.ts';
import { wireWorker } from './wire.ts';

// Acquired top to bottom, released bottom to top.
runService('cognition', async (service) => {
  const { use, log, env, metrics, isStopping, onReload, crash } = service;
  const { version, ...config } = loadConfig(env);
  const postgres = await use(connectPostgres(config.postgres, { log, metrics }));
  const { query } = postgres;
  const redis = await use(connectRedis(config.redis, { log, metrics }));
  const kafka = await use(connectKafka(config.kafka, { log, metrics }));
  // Its messages come in batches anyway.
  const publisher = await use(createPublisher(kafka, { lingerMs: 0 }));
  const vault = createVault({ query, ...config.vault });
  const sealing = await use(startSealing({ onLost: (error) => crash('sealing stopped', error) }));
  const keep = (file: RuleFile) => keepRuleSet(query, file);
  const rules = await use(watchRules({ path: config.rules, keep, metrics, log }));
  onReload(rules.reload);
  await makeOlderPolicyDue(query, rules.current());

  const counted = createDecisionMetrics(metrics);
  const [topic, groupId] = [topics.events.name, consumerGroups.decisions];
  const clients = { postgres, kafka, publisher, vault, sealing };
  const parts = { activeRules: rules.current, decisionMetrics: counted };
  const worker = await wireWorker(service, clients, { ...config, topic, groupId }, parts);
  const { wire, consumer, decideDue } = worker;
  const peek = await use(createLogReader(kafka.kafka));
  const loadWatermark = createWatermarkLoader({ peek, query, topic, consumer: groupId, now: Date.now });
  await use(startTickSweeper({ loadWatermark, decideDue, log }));
  // A few events are sooner read than sent to a thread; many would hold up decisions.
  const digesting = await use(startDigesting({ inPlace: 200 }));
  const maintainBlocks = createBlockMaintenance({
    // With a cache of its own: the persons who are decided stay in the other one.
    vault: createVault({ query, ...config.vault, cacheSize: 100 }),
    ...{ digesting, log, now: Date.now },
    rules: () => rules.current().rules,
    retentionDays: config.retentionDays,
  });
  await use(startMaintenance({ postgres, metrics, maintainBlocks, now: Date.now, log }));
  const figures = { last_decision_at: counted.lastDecisionAt };
  await use(startHeartbeat({ makeMessage: wire.makeMessage, publisher, source: 'cognition', figures, log }));
  counted.ready();

  const app = createHttpApp({ log, metrics });
  mountOps(app, {
    service: 'cognition',
    version,
    components: components({ postgres, redis, kafka, consumer }),
    metrics,
    isStopping,
    extraHealth: { runtime: 'langgraph' },
  });
  mountErrors(app);
  await use(serveHttp(app, config.http, log));
});
