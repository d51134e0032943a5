import { defaultRetentionDays } from '@bridge/contracts';
import { type Log } from '@bridge/core';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { migrateJobs } from './job-schema.ts';
import { setRolePasswords, type RolePasswords } from './role-passwords.ts';

const directory = fileURLToPath(new URL('../../deploy/migrations', import.meta.url));

/** Any number that no other job takes; two migration jobs wait for each other on it. */
const lockKey = 7_105_114_105;

export type MigrateOptions = {
  /** Connection URL of the database's owner. */
  readonly adminUrl: string;
  /** By service; a service that is left out keeps its password. */
  readonly passwords: RolePasswords;
  /** How long events are kept. Default: `defaultRetentionDays`. */
  readonly retentionDays?: number;
  readonly log: Log;
};

/**
 * Brings the database to the newest schema, job queue included, sets the services' passwords and the retention, and makes and
 * drops time partitions. Safe to run at each start and by several processes at once. Returns the names of the migrations that ran.
 */
export async function migrate({
  adminUrl,
  passwords,
  retentionDays = defaultRetentionDays,
  log,
}: MigrateOptions): Promise<string[]> {
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'bridge-migrate' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    // For migrations, which run before the setting can be stored.
    await client.query("select set_config('bridge.retention_days', $1, false)", [String(retentionDays)]);
    const ran = await runMigrations(client, log);
    await migrateJobs(client, adminUrl, log);
    await setRolePasswords(client, passwords);
    await client.query('select delivery.set_retention($1)', [retentionDays]);
    await client.query('select delivery.make_partitions(), delivery.drop_expired_partitions()');
    return ran;
  } finally {
    // Ending the session also gives the lock back.
    await client.end();
  }
}

async function runMigrations(client: pg.Client, log: Log): Promise<string[]> {
  const ran = await runner({
    dbClient: client,
    dir: directory,
    direction: 'up',
    migrationsSchema: 'delivery',
    createMigrationsSchema: true,
    migrationsTable: 'migrations',
    noLock: true,
    logger: {
      info: () => undefined,
      warn: (message) => log.warn(message),
      error: (message) => log.error(message),
    },
  });
  for (const { name } of ran) log.info('migration applied', { migration: name });
  return ran.map(({ name }) => name);
}
