import type { Principal, RequireScope } from '@bridge/auth';
import type { Postgres } from '@bridge/postgres';
import type { Service } from '@bridge/service-runtime';
import type { Vault } from '@bridge/vault';
import type { Express } from 'express';
import type { SendContext } from '../channels/channel.ts';
import type { NoteUnreadable } from '../unreadable-rows.ts';
import type { DeliveryChannels } from './channel-lanes.ts';
import { startDeliverer, type DeliverDeps, type Deliverer, type DeliverOptions } from './deliver.ts';
import { createDeliveryMetrics } from './delivery-metrics.ts';
import { mountDeliveryRoutes } from './routes/delivery-routes.ts';
import { createDeliveryClaims } from './rows/delivery-claims.ts';
import { createDeliveryList, type DeliveryList } from './rows/delivery-list.ts';
import { createDeliveryUpkeep, type DeliveryUpkeep } from './rows/delivery-upkeep.ts';

export type DeliveriesDeps = {
  readonly postgres: Pick<Postgres, 'query'>;
  readonly vault: Vault;
  readonly noteUnreadable: NoteUnreadable;
  readonly channels: () => DeliveryChannels;
  readonly disableChannel: (name: string, reason: 'gone') => Promise<void>;
  readonly pruneOthers: DeliverDeps['pruneOthers'];
  readonly context: Omit<SendContext, 'now' | 'attempt'>;
  readonly options?: DeliverOptions;
  /** Milliseconds since 1970; a test's own clock. */
  readonly now?: () => number;
};

export type Deliveries = {
  readonly deliverer: Deliverer;
  readonly list: DeliveryList;
  readonly upkeep: DeliveryUpkeep;
  mountRoutes(app: Express, deps: MountDeps): void;
};

type MountDeps = {
  readonly requireScope: RequireScope;
  readonly maySeeAlert: (alertId: string, principal: Principal) => boolean | Promise<boolean>;
};

/** Delivers from here on, until the service stops. */
export async function wireDeliveries(
  { use, log, metrics }: Pick<Service, 'use' | 'log' | 'metrics'>,
  deps: DeliveriesDeps,
): Promise<Deliveries> {
  const { postgres, vault, noteUnreadable, channels, disableChannel, pruneOthers, context } = deps;
  const { options = {}, now = Date.now } = deps;
  const upkeep = createDeliveryUpkeep(postgres.query);
  const list = createDeliveryList(postgres.query);
  const deliverer = await use(
    startDeliverer(
      {
        claims: createDeliveryClaims(postgres.query),
        upkeep,
        pruneOthers,
        vault,
        noteUnreadable,
        channels,
        disableChannel,
        context,
        metrics: createDeliveryMetrics(metrics, { oldestPending: upkeep.oldestPending, now }),
        log,
        now,
        random: Math.random,
      },
      options,
    ),
  );
  return {
    deliverer,
    list,
    upkeep,
    mountRoutes: (app, mount) =>
      mountDeliveryRoutes(app, { ...mount, deliveries: list, channels, nudge: deliverer.nudge, now }),
  };
}
