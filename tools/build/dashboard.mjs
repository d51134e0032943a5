// Builds the dashboard's page: `node dashboard.mjs [directory]`, by default `apps/dashboard/dist`.
// Plain JavaScript, because image builds run it with whatever Node they have.
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const project = join(root, 'apps/dashboard');

/** Everything that the page is made of. The lock stands for the packages. */
const inputs = ['apps/dashboard/{src,public}/**/*', 'apps/dashboard/*.{html,json,ts}', 'package-lock.json'];

/** Beside the page; holds the hash of what it was made of. */
const mark = '.made-of';

/** @param {string} directory Emptied first. */
export async function buildDashboard(directory) {
  // Imported here, since most starts find the page built.
  const { build } = await import('vite');
  await build({
    root: project,
    configFile: join(project, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: directory, emptyOutDir: true },
  });
}

/**
 * Builds `apps/dashboard/dist` unless it is current. Starts that run side by side may all build it: each does so in a
 * folder of its own and puts it in place by a rename.
 *
 * @returns {Promise<string>} The folder of the page.
 */
export async function currentDashboard() {
  const page = join(project, 'dist');
  const hash = hashOfInputs();
  if ((await markOf(page)) === hash) return page;
  const local = join(root, '.local');
  await mkdir(local, { recursive: true, mode: 0o700 });
  const built = await mkdtemp(join(local, 'dashboard-'));
  try {
    await buildDashboard(built);
    await writeFile(join(built, mark), hash);
    await rm(page, { recursive: true, force: true });
    await rename(built, page);
  } catch (error) {
    // Another start was faster.
    if ((await markOf(page)) !== hash) throw error;
  } finally {
    await rm(built, { recursive: true, force: true });
  }
  return page;
}

function markOf(page) {
  return readFile(join(page, mark), 'utf8').catch(() => undefined);
}

function hashOfInputs() {
  const hash = createHash('sha256');
  const files = globSync(inputs, { cwd: root, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map(({ parentPath, name }) => join(parentPath, name)).sort()) {
    if (path.endsWith('.test.ts')) continue;
    hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

if (process.argv[1] === import.meta.filename) {
  const [directory] = process.argv.slice(2);
  if (directory === undefined) await currentDashboard();
  else await buildDashboard(resolve(directory));
}
