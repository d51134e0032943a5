// Bundles the project of the current directory into `dist/main.mjs`: `node bundle.mjs [entry]`, by default `src/main.ts`.
// Plain JavaScript, because image builds and nx run it with whatever Node they have.
import { cp, readFile, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');

/** Code that runs in threads of its own; a file of its own beside the bundle of each project that uses the package. */
const threads = {
  '@bridge/vault': ['libs/vault/src/sealing-thread.ts'],
  '@bridge/history': ['libs/history/src/digest-thread.ts', 'libs/history/src/explain-thread.ts'],
};

/** Packages with compiled parts; they are copied beside the bundle, with the parts for this machine. */
const native = ['snappy', 'lz4-napi'];

/** CommonJS packages inside an ES module miss what Node gives them outside. */
const banner = `import { createRequire as bundleRequire } from 'node:module';
import { fileURLToPath as bundlePath } from 'node:url';
const require = bundleRequire(import.meta.url);
const __filename = bundlePath(import.meta.url);
const __dirname = bundlePath(new URL('.', import.meta.url));`;

/**
 * @param {{ project: string, entry?: string, outDir?: string }} options `project` is the folder of the package.
 * @returns {Promise<string>} Path of the bundle.
 */
export async function bundle({ project, entry = 'src/main.ts', outDir = join(project, 'dist') }) {
  await rm(outDir, { recursive: true, force: true });
  await build({
    entryPoints: { main: join(project, entry), ...(await threadsOf(project)) },
    outdir: outDir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    conditions: ['@bridge/source'],
    // pg asks for pg-native and goes on without it; the job runner can read its settings from TypeScript, ours come as
    // arguments.
    external: [...native, 'pg-native', 'typescript'],
    banner: { js: banner },
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
    logOverride: { 'require-resolve-not-external': 'silent' },
  });
  for (const name of native) await copyPackage(name, join(outDir, 'node_modules'));
  return join(outDir, 'main.mjs');
}

/** @returns {Promise<Record<string, string>>} Entries by their name without extension. */
async function threadsOf(project) {
  const { dependencies = {} } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'));
  return Object.fromEntries(
    Object.entries(threads)
      .filter(([name]) => name in dependencies)
      .flatMap(([, paths]) => paths.map((path) => [basename(path, '.ts'), join(root, path)])),
  );
}

/** Copies a package and those of its optional dependencies that are installed: the build for this platform. */
async function copyPackage(name, target) {
  const source = join(root, 'node_modules', name);
  await cp(source, join(target, name), { recursive: true });
  const { optionalDependencies = {} } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'));
  for (const dependency of Object.keys(optionalDependencies)) {
    const from = join(root, 'node_modules', dependency);
    if (existsSync(from)) await cp(from, join(target, dependency), { recursive: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  await bundle({ project: process.cwd(), ...(process.argv[2] && { entry: process.argv[2] }) });
}
