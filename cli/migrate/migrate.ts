import { defaultRetentionDays } from '@bridge/contracts';
import { type Log } from '@bridge/core';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { migrateJobs } from './job-schema.ts';
import { setRolePasswords, type RolePasswords } from './role-passwords.ts';

const directory = fileURLToPath(new URL('../../deploy/migrations', import.meta.url));

/** An arbitrary, unused lock id on which concurrent migrations wait for each other. */
const lockKey = 7_105_114_105;

export type MigrateOptions = {
  /** Connection URL of the database's owner. */
  readonly adminUrl: string;
  /** Passwords by service. A service without an entry keeps its password. */
  readonly passwords: RolePasswords;
  /** How long events are kept. Default: `defaultRetentionDays`. */
  readonly retentionDays?: number;
  readonly log: Log;
};

/**
 * Migrates the database and the job queue to the newest schema, sets the services' passwords and the retention, and
 * creates and drops time partitions. It is safe at each start and in several processes at once. Returns the names of the applied migrations.
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
    // The end of the session also releases the lock.
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
