import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The checkout that this file belongs to. */
export const checkout = resolve(import.meta.dirname, '../..');

/** The directories of one stack. Downloads belong to the checkout, everything else to the stack. */
export type StackPaths = {
  readonly root: string;
  readonly home: string;
  readonly downloads: string;
  readonly data: string;
  readonly logs: string;
  readonly run: string;
  readonly bin: string;
  readonly envFile: string;
  /** The messages of the alert inbox, one line of JSON each. */
  readonly inboxFile: string;
  /** A directory that PostgreSQL's own user can reach even when the checkout lies below a 0700 directory. */
  readonly openHome: string;
};

/**
 * Names the directories of a stack. `home` is `.local` for `npm start` and a separate directory for a test run.
 */
export function stackPaths(root: string, home = join(root, '.local')): StackPaths {
  const hash = createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 12);
  return {
    root,
    home,
    downloads: join(root, '.local', 'downloads'),
    data: join(home, 'data'),
    logs: join(home, 'logs'),
    run: join(home, 'run'),
    bin: join(home, 'bin'),
    envFile: join(home, 'env'),
    inboxFile: join(home, 'inbox.ndjson'),
    openHome: `/var/tmp/biometric-bridge-${hash}`,
  };
}

/** Creates the directories of a stack. Only their owner can read data, logs and secrets. */
export function makeDirectories(paths: StackPaths): void {
  for (const directory of [paths.home, paths.downloads, paths.data, paths.logs, paths.run, paths.bin]) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }
}
