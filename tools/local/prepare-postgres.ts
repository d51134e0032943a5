import { existsSync, readFileSync, rmSync } from 'node:fs';
import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { type PostgresInstallation, installPostgres } from './install-postgres.ts';
import type { StackPaths } from '@bridge/cli/stack-paths';
import { identify } from '@bridge/cli/process-identity';
import { runCommand } from './run-command.ts';
import type { Program } from './supervise.ts';

/** The owner of the database, as in the deployment guide. */
export const databaseOwner = 'auren_user';
const databaseName = 'auren_db';

type Options = { readonly paths: StackPaths; readonly port: number; readonly password: string };

/** Prepares a PostgreSQL server on loopback. The first start creates its cluster and database. */
export async function preparePostgres({ paths, port, password }: Options): Promise<Program> {
  const installation = await installPostgres(paths);
  if (!existsSync(installation.data)) await initialise(installation, password);
  removeStaleLock(installation.data);
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 300,
    shared_buffers: '256MB',
    max_wal_size: '2GB',
    log_min_messages: 'warning',
    // Statements hold health data in their parameters, and errors quote them.
    log_min_error_statement: 'panic',
    log_parameter_max_length_on_error: 0,
    log_error_verbosity: 'terse',
  };
  const flags = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  return {
    name: 'postgres',
    command: installation.postgres,
    args: ['-D', installation.data, ...flags],
    user: installation.user,
    cwd: installation.data,
    // PostgreSQL's "fast" shutdown ends sessions and keeps committed data.
    stopSignal: 'SIGINT',
    // After a SIGKILL its children need a moment to release the shared memory.
    retries: 10,
    isReady: () => hasDatabase(port, password),
  };
}

/** Returns the connection URL of the database's owner. */
export function postgresUrl(port: number, user: string, password: string): string {
  return `postgresql://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${databaseName}`;
}

/** Creates the cluster beside its directory and renames it at the end, so that a kill leaves nothing incomplete. */
async function initialise({ initdb, data, user }: PostgresInstallation, password: string): Promise<void> {
  const draft = `${data}.part`;
  const passwordFile = `${data}.password`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  try {
    if (user) await Promise.all([draft, passwordFile].map((path) => chown(path, user.uid, user.gid)));
    const flags = [`--username=${databaseOwner}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    await runCommand(initdb, [`--pgdata=${draft}`, ...flags, ...locale], { user, cwd: '/' });
    await rename(draft, data);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/**
 * Removes a lock that a killed server left behind. PostgreSQL itself refuses to start while any process, however
 * unrelated, now has the pid in its lock.
 */
function removeStaleLock(data: string): void {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const holder = identify(Number(readFileSync(file, 'utf8').split('\n')[0]));
  if (!holder?.command.includes(data)) rmSync(file);
}

async function hasDatabase(port: number, password: string): Promise<boolean> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: databaseOwner,
    password,
    database: 'postgres',
    connectionTimeoutMillis: 1000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const found = await client.query('select 1 from pg_database where datname = $1', [databaseName]);
    if (found.rowCount === 0) await client.query(`create database ${databaseName}`);
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}
