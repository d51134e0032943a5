import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';

/** Parses an argument that names a checkout of the bridge. @throws InvalidArgumentError */
export function checkoutAt(folder: string): string {
  if (existsSync(join(folder, 'apps'))) return resolve(folder);
  throw new InvalidArgumentError('This is no checkout of the bridge.');
}
