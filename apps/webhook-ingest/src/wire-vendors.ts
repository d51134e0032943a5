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
import { createToSignalMessage } from './publishing/signal-message.ts';

type Deps = {
  readonly config: Config;
  readonly postgres: Postgres;
  readonly vault: Vault;
  readonly policies: Policies;
  readonly delivery: EventPublisher;
};

/** What is asked of vendors, and the jobs that ask: consents, documents, subscriptions, silences. */
export async function openVendors(
  { use, log, metrics }: Pick<Service, 'use' | 'log' | 'metrics'>,
  { config, postgres, vault, policies, delivery }: Deps,
) {
  const shared = { postgres, vault, policies, metrics, log, now: Date.now };
  const { vendors, publicUrl } = config;
  const connections = wireConnections({ ...shared, vendors, publicUrl });
  const { tokens, rows } = connections;
  const pulls = wirePulls({ ...shared, ...delivery, apis: vendors, tokens, rows });
  const silence = wireSilence({ ...shared, ...delivery, openSession: pulls.openSession });

  const toSignalMessage = createToSignalMessage(delivery.makeMessage);
  const ofConnections = connections.tasks((signals) => delivery.outbox.spool(signals.map(toSignalMessage)));
  const tasks = { ...pulls.tasks, ...silence.tasks, ...ofConnections };
  const cron = [...pulls.cron, ...silence.cron, ...connections.cron];
  await use(startJobs({ ...config.jobs, tasks, cron }, { postgres, metrics, log }));
  return { routes: connections.routes, quotaLeft: pulls.quotaLeft };
}
