import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkout } from '../local/stack-paths.ts';
import type { ImportAnswer } from './send-part.ts';

/** How far an import came, and what the service said up to there. */
export type SavedProgress = { readonly until: number; readonly answer: ImportAnswer };

/**
 * Remembers in `.local/import` how far an import of this file for this person came. The name of what is remembered is a
 * hash: neither file nor person can be read from it, and a file that changed starts anew.
 */
export function createProgressStore(file: string, destination: readonly string[]) {
  const { size, mtimeMs } = statSync(file);
  const name = createHash('sha256')
    .update(JSON.stringify([file, size, mtimeMs, ...destination]))
    .digest('hex')
    .slice(0, 24);
  const path = join(checkout, '.local', 'import', `${name}.json`);
  return {
    load: (): SavedProgress | undefined =>
      existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as SavedProgress) : undefined,
    save(progress: SavedProgress): void {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, JSON.stringify(progress), { mode: 0o600 });
    },
    forget: () => rmSync(path, { force: true }),
  };
}
