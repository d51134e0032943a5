import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const definitions = 'apps/webhook-ingest/src/vendors';

/** Behind this line a route stands for the vendors with subscriptions only. */
const subscribersOnly = "if (subscriptions === 'none') continue;";

type Vendor = { readonly name: string; readonly hasSubscriptions: boolean };

/**
 * The routes that services mount, read from their sources: `GET /alerts/{alert_id}`. A route is written as
 * `app.get('/path', …)`; `${vendor}` or `${source}` in it stands for each vendor. Several handlers of one route are one.
 */
export async function mountedRoutes(root: string): Promise<string[]> {
  const vendors = await readVendors(root);
  const routes = new Set<string>();
  for (const file of await sourcesOf(root)) {
    const [all = '', rest = ''] = (await readFile(file, 'utf8')).split(subscribersOnly);
    const subscribers = vendors.filter(({ hasSubscriptions }) => hasSubscriptions);
    for (const route of [...routesOf(all, vendors), ...routesOf(rest, subscribers)]) routes.add(route);
  }
  return [...routes].sort();
}

/** Each vendor has a folder with its definition. */
async function readVendors(root: string): Promise<Vendor[]> {
  const entries = await readdir(join(root, definitions), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(
    folders.map(async (name) => {
      const definition = await readFile(join(root, definitions, name, 'vendor.ts'), 'utf8');
      return { name, hasSubscriptions: !definition.includes("subscriptions: 'none'") };
    }),
  );
}

async function sourcesOf(root: string): Promise<string[]> {
  const apps = (await readdir(join(root, 'apps'))).map((app) => `apps/${app}/src`);
  const folders = ['libs/service-runtime/src', ...apps].map((folder) => join(root, folder));
  const files = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(folder, { recursive: true })).map((file) => join(folder, file)),
    ),
  );
  return files.flat().filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
}

function routesOf(source: string, vendors: readonly Vendor[]): string[] {
  const mounts = source.matchAll(/\bapp\.(get|post|put|patch|delete)\(\s*[`'"](\/[^`'"]*)[`'"],/g);
  return [...mounts].flatMap(([, method = '', path = '']) =>
    spelledOut(path, vendors).map((one) => `${method.toUpperCase()} ${one.replaceAll(/:(\w+)/g, '{$1}')}`),
  );
}

function spelledOut(path: string, vendors: readonly Vendor[]): string[] {
  const part = /\$\{(?:vendor|source)\}/;
  return part.test(path) ? vendors.map(({ name }) => path.replace(part, name)) : [path];
}
