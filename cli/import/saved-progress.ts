import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkout } from '../local/stack-paths.ts';
import type { ImportAnswer } from './send-part.ts';

/** The position of an import in its file, and the sum of the service's answers. */
export type SavedProgress = { readonly until: number; readonly answer: ImportAnswer };

/**
 * Stores the progress of an import of this file for this person in `.local/import`. Its name is a hash, which reveals
 * neither file nor person. A changed file is imported from the beginning.
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
