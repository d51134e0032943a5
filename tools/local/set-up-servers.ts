import { registrySubjects } from '@bridge/contracts';
import type { Log } from '@bridge/core';
import { registerSchemas } from '@bridge/kafka';
import { createTopics } from '@bridge/cli/create-topics';
import { migrate } from '@bridge/cli/migrate';
import { readRetentionDays } from '@bridge/cli/migrate-command';
import { allSettled } from './all-settled.ts';
import type { Progress } from './progress.ts';
import type { Secrets } from './secrets.ts';
import type { ServerUrls } from './server-urls.ts';

type Options = {
  readonly urls: ServerUrls;
  readonly secrets: Secrets;
  /** Where `BRIDGE_RETENTION_DAYS` is looked for; the services get the same one. */
  readonly env?: NodeJS.ProcessEnv;
  readonly progress: Progress;
};

/** Prepares database, broker and registry for the services. It is safe to run at every start. */
export async function setUpServers({ urls, secrets, env = {}, progress }: Options): Promise<void> {
  const log = warningsOnly(progress);
  const retentionDays = readRetentionDays(env);
  await allSettled([
    progress.step(
      'migrations',
      () => migrate({ adminUrl: urls.postgres, passwords: rolePasswords(secrets), retentionDays, log }),
      (ran) => (ran.length === 0 ? 'schema is current' : `${ran.length} applied`),
    ),
    progress.step(
      'topics',
      () => createTopics({ bootstrapServers: urls.kafka, log }),
      (created) => (created.length === 0 ? 'all exist' : `${created.length} created`),
    ),
    progress.step(
      'schemas',
      () => registerSchemas({ registryUrl: urls.registry, subjects: registrySubjects() }),
      (ids) => `${ids.size} registered`,
    ),
  ]);
}

function rolePasswords(secrets: Secrets) {
  return {
    ingest: secrets.BRIDGE_DB_PASSWORD_INGEST,
    cognition: secrets.BRIDGE_DB_PASSWORD_COGNITION,
    alerts: secrets.BRIDGE_DB_PASSWORD_ALERTS,
    gateway: secrets.BRIDGE_DB_PASSWORD_GATEWAY,
  };
}

/** Repeats only warnings and errors, since the steps themselves show the rest. */
function warningsOnly({ note }: Progress): Log {
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (message) => note(`warning: ${message}`),
    error: (message) => note(`error: ${message}`),
  };
}
