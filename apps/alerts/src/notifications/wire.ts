import { randomBytes } from 'node:crypto';
import type { Postgres } from '@bridge/postgres';
import type { Service } from '@bridge/service-runtime';
import type { Vault } from '@bridge/vault';
import type { Bell } from '../deliveries/bell.ts';
import { pressingSeverity } from '../channels/notification-text.ts';
import { linkToken } from '../actions/links/domain/link-token.ts';
import { insertLinks } from '../actions/links/rows/link-rows.ts';
import type { ConfigurationReader } from '../configuration/configuration.ts';
import type { Configuration } from '../configuration/domain/configuration-snapshot.ts';
import { hastenEarlier, insertDeliveries } from '../deliveries/rows/delivery-writes.ts';
import type { RaiseSignals } from '../episodes/raise-signals.ts';
import type { ComposedDelivery } from './domain/compose-delivery.ts';
import { createPlanConfiguration, shortestWaitMs } from './plan-configuration.ts';
import { createPlanDueGroups } from './plan-due-groups.ts';
import { createPlannerMetrics } from './planner-metrics.ts';
import type { DueGroups } from './rows/group-rows.ts';
import { startPlanner } from './start-planner.ts';

export type PlannerDeps = {
  readonly postgres: Pick<Postgres, 'query' | 'transaction'>;
  readonly vault: Vault;
  readonly groups: DueGroups;
  readonly configuration: ConfigurationReader;
  readonly raiseSignals: RaiseSignals;
  /** Rings when somebody may have become due. */
  readonly bell: Bell;
  /** New deliveries wait for it. */
  readonly deliverSoon: () => void;
  /** The shortest wait of any route, whenever the configuration was read; milliseconds. */
  readonly noteShortestWait: (ms: number) => void;
  readonly publicUrl: string;
  readonly linkKey: Buffer;
  readonly now: () => number;
};

/** So long a link acts: an alert that nobody looked at for a week is looked at on the dashboard. */
const linkLifeMs = 7 * 86_400_000;

/** Plans notifications from here on, until the service stops. */
export async function wirePlanner(
  { use, log, metrics: registry }: Pick<Service, 'use' | 'log' | 'metrics'>,
  deps: PlannerDeps,
): Promise<void> {
  const { postgres, groups, configuration, now } = deps;
  const { query, transaction } = postgres;
  const metrics = createPlannerMetrics(registry, query);
  const planConfiguration = createPlanConfiguration();
  const noted = (read: Configuration) => {
    deps.noteShortestWait(shortestWaitMs(read.routing.value));
    return read;
  };
  const planning = createPlanDueGroups({
    transaction,
    groups,
    configuration: async () => planConfiguration(noted(await configuration.latest())),
    compose: {
      publicUrl: deps.publicUrl,
      newLinkId: () => randomBytes(16).toString('hex'),
      linkToken: (linkId) => linkToken(deps.linkKey, linkId),
      linkLifeMs,
    },
    writeDeliveries,
    raiseSignals: deps.raiseSignals,
    now,
    deliverSoon: deps.deliverSoon,
    observe: metrics.planned,
    reportFailure(error) {
      metrics.failed();
      log.error('the notifications of a person cannot be planned', { error });
    },
  });
  await use(
    startPlanner({
      ...planning,
      refresh: async () => noted(await configuration.current()),
      nextDue: (except) => groups.nextDue(query, except),
      bell: deps.bell,
      now,
      log,
    }),
  );
}

function writeDeliveries(deliveries: readonly ComposedDelivery[], at: number) {
  const links = deliveries.flatMap(({ links, person }) => links.map((link) => ({ link, person })));
  const writes = deliveries.map((delivery) => ({ ...delivery, createdAt: at, dueAt: at }));
  const urgent = writes.filter(({ notification }) => pressingSeverity(notification) === 'critical');
  return [
    insertDeliveries(writes),
    ...(urgent.length > 0 ? [hastenEarlier(urgent)] : []),
    ...(links.length > 0 ? [insertLinks(links)] : []),
  ];
}
