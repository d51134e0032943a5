import { createAuthenticator, createRequireScope, mayAccess } from '@bridge/auth';
import { connectKafka } from '@bridge/kafka';
import { connectPostgres, type Query } from '@bridge/postgres';
import {
  createHttpApp,
  mountErrors,
  mountOps,
  serveHttp,
  type HttpServer,
  type Service,
} from '@bridge/service-runtime';
import { createVault } from '@bridge/vault';
import { mountActions } from './actions/wire.ts';
import type { ActionLink } from './actions/links/domain/action-link.ts';
import { linkKey } from './actions/links/domain/link-token.ts';
import { pruneLinks } from './actions/links/rows/link-rows.ts';
import { createBell } from './deliveries/bell.ts';
import { wireChannels } from './channels/wire.ts';
import type { AlertsConfig } from './config.ts';
import type { Configuration } from './configuration/domain/configuration-snapshot.ts';
import { pruneConfiguration } from './configuration/rows/configuration-upkeep.ts';
import { wireConfiguration } from './configuration/wire.ts';
import { createDeliveryUpkeep } from './deliveries/rows/delivery-upkeep.ts';
import { wireDeliveries } from './deliveries/wire.ts';
import { wireEpisodes } from './episodes/wire.ts';
import { loadStatistics } from './episodes/rows/alert-statistics.ts';
import { createAlertReader } from './episodes/rows/alert-reader.ts';
import { mountAlertRoutes } from './http/alert-routes.ts';
import { components } from './http/components.ts';
import { mountStatisticsRoutes } from './http/statistics-routes.ts';
import { makeConcernedDue } from './notifications/rows/concerned-groups.ts';
import { createDueGroups } from './notifications/rows/group-rows.ts';
import { explainRoutes } from './notifications/explain-routes.ts';
import { createPlanConfiguration } from './notifications/plan-configuration.ts';
import { createWouldHold } from './notifications/would-hold.ts';
import { defaultBudgets, defaultRouting } from './notifications/domain/default-routing.ts';
import { wirePlanner } from './notifications/wire.ts';
import { wireSignals } from './signals/wire.ts';
import { createUnreadableRows } from './unreadable-rows.ts';
import { wireWatchdog } from './watchdog/wire.ts';

/** The whole service. Acquired top to bottom, released bottom to top. */
export async function wireAlerts(service: Service, config: AlertsConfig): Promise<HttpServer> {
  const { use, log, metrics, isStopping } = service;
  const now = Date.now;
  const postgres = await use(connectPostgres(config.postgres, { log, metrics }));
  const kafka = await use(connectKafka(config.kafka, { log, metrics }));
  const vault = createVault({ query: postgres.query, ...config.vault });
  const { query } = postgres;
  const rows = createUnreadableRows({ metrics, log });
  const reading = { query, vault, noteUnreadable: rows.note, now };
  const groups = createDueGroups(reading);
  const key = linkKey(config.masterKey);

  const channels = await wireChannels(service, config);
  const planBell = createBell();
  const { configuration, changeChannel, mountRoutes } = wireConfiguration({
    ...reading,
    postgres,
    log,
    adapterOf: channels.adapterOf,
    defaults: { routing: defaultRouting, budgets: defaultBudgets },
    ...{ makeEverybodyDue: groups.everybodyDue, makeConcernedDue },
    dropDeliveries: (tx, channel, at) => createDeliveryUpkeep(tx).giveUp(channel, 'dropped', at),
    changed: planBell.ring,
  });
  const deliveries = await wireDeliveries(service, {
    ...reading,
    postgres,
    channels: channels.deliveryChannels(configuration),
    disableChannel: async (name, reason) => {
      await changeChannel.disable(name, reason);
    },
    pruneOthers: createPruneOthers(query),
    context: channels.context,
  });
  const planSoon = planBell.ring;
  const episodes = await wireEpisodes(service, config, { ...reading, postgres, kafka, planSoon });
  await wirePlanner(service, {
    ...reading,
    postgres,
    groups,
    configuration,
    raiseSignals: episodes.raiseSignals,
    bell: planBell,
    deliverSoon: deliveries.deliverer.nudge,
    noteShortestWait: episodes.noteShortestWait,
    publicUrl: config.publicUrl,
    linkKey: key,
  });
  const consumer = await wireSignals(service, config, { kafka, vault, episodes });
  const raise = episodes.raiseSignals;
  await wireWatchdog(service, { postgres, raise, consumer, limits: config.watch, now });

  const app = createHttpApp({ log, metrics, ...config.app });
  const requireScope = createRequireScope(createAuthenticator({ query, vault, masterKey: config.masterKey }));
  const alerts = createAlertReader(reading);
  mountRoutes(app, {
    requireScope,
    sendTest: channels.sendTest,
    routesOf: explainRoutes,
    holdsOf: createWouldHold(createPlanConfiguration()),
    timeZoneOf: (subjectId) => groups.timeZoneOf(query, subjectId),
  });
  deliveries.mountRoutes(app, {
    requireScope,
    maySeeAlert: async (alertId, principal) =>
      (await alerts.get(alertId, (userId) => mayAccess(principal, userId), principal.accessor)) !== undefined,
  });
  mountStatisticsRoutes(app, { loadStatistics, query, vault, requireScope, now });
  mountActions(app, {
    ...episodes.forActions,
    ...{ ...reading, alerts, requireScope, linkKey: key, log },
    isOwn: async (link) => isOwnChannel(await configuration.current(), link),
  });
  mountAlertRoutes(app, { alerts, deliveries: deliveries.list, requireScope, now });
  const parts = components({ postgres, kafka, consumer, rows });
  mountOps(app, { service: 'alerts', version: config.version, components: parts, metrics, isStopping });
  mountErrors(app);
  const server = await use(serveHttp(app, config.http, log));
  await channels.ensureDefault(changeChannel, log);
  return server;
}

function isOwnChannel({ channels }: Configuration, { channel, subjectId }: ActionLink): boolean {
  return channels.get(channel)?.subjectId === subjectId;
}

function createPruneOthers(query: Query) {
  return async function pruneOthers(now: number): Promise<void> {
    await pruneLinks(query, now);
    await pruneConfiguration(query, now);
  };
}
