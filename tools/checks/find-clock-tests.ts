import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importsOf, memoize, reachableFrom } from './source-files.ts';

const clock = /\bDate\.now\b|new Date\(\)|\bTemporal\.Now\b/;

/** The unit tests that reach code which reads the clock: what they find may depend on the day on which they run. */
export function findClockTests(root: string, files: readonly string[]): string[] {
  const known = new Set(files);
  const read = memoize((file: string) => readFileSync(join(root, file), 'utf8'));
  const imports = memoize((file: string) =>
    importsOf(file, read(file)).filter((target) => known.has(target)),
  );
  const readsClock = memoize((file: string) => clock.test(read(file)));
  const unitTests = files.filter((file) => /(?<!\.(int|e2e))\.test\.ts$/.test(file));
  return unitTests.filter((file) => [...reachableFrom(file, imports)].some(readsClock));
}
