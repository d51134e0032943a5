import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/**
 * Finds the first node of a PATH that has its headers beside it, as native addons need them.
 *
 * @returns The program and the folder that holds its `bin` and `include`.
 * @throws Error if there is none.
 */
export function nodeWithHeaders(path: string = process.env['PATH'] ?? ''): { node: string; prefix: string } {
  for (const folder of path.split(delimiter)) {
    const node = join(folder, 'node');
    if (!existsSync(node)) continue;
    const prefix = dirname(dirname(realpathSync(node)));
    if (existsSync(join(prefix, 'include/node/node.h'))) return { node, prefix };
  }
  throw new Error('No node of the PATH has its headers in include/node beside its folder.');
}
