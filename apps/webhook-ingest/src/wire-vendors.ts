import type { Postgres } from '@bridge/postgres';
import type { Policies } from '@bridge/resilience';
import type { Service } from '@bridge/service-runtime';
import type { Vault } from '@bridge/vault';
import type { Config } from './config.ts';
import { wireConnections } from './connections/wire.ts';
import { wirePulls } from './pulls/wire.ts';
import { startJobs } from './jobs/start-jobs.ts';
import type { EventPublisher } from './publishing/wire.ts';
import { wireSilence } from './silence/wire.ts';
import type { Vendors } from './vendors/check-definitions.ts';
import { createToSignalMessage } from './publishing/signal-message.ts';

type Deps = {
  readonly definitions: Vendors;
  readonly config: Config;
  readonly postgres: Postgres;
  readonly vault: Vault;
  readonly policies: Policies;
  readonly delivery: EventPublisher;
};

/** Everything that goes out to vendors, and its jobs: consents, documents, subscriptions, silences. */
export async function wireVendors(
  { use, log, metrics }: Pick<Service, 'use' | 'log' | 'metrics'>,
  { config, definitions, postgres, vault, policies, delivery }: Deps,
) {
  const { vendors: apps, publicUrl } = config;
  const shared = { vendors: definitions, postgres, vault, policies, metrics, log, now: Date.now };
  const connections = wireConnections({ ...shared, apps, publicUrl });
  const { tokens, rows } = connections;
  const pulls = wirePulls({ ...shared, ...delivery, apps, tokens, rows });
  const silence = wireSilence({ ...shared, ...delivery, createSession: pulls.createSession });

  const toSignalMessage = createToSignalMessage(delivery.makeMessage);
  const ofConnections = connections.tasks((signals) => delivery.outbox.spool(signals.map(toSignalMessage)));
  const tasks = { ...pulls.tasks, ...silence.tasks, ...ofConnections };
  const cron = [...pulls.cron, ...silence.cron, ...connections.cron];
  await use(startJobs({ ...config.jobs, tasks, cron }, { postgres, metrics, log }));
  return { routes: connections.routes, quotaLeft: pulls.quotaLeft };
}
