import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vendors } from '../../lab/vendor-sim/vendor.ts';

/**
 * The routes that services mount, read from their sources: `GET /alerts/{alert_id}`. A route is written as
 * `app.get('/path', …)`; `${vendor}` or `${source}` in it stands for each vendor. Several handlers of one route are one.
 */
export async function mountedRoutes(root: string): Promise<string[]> {
  const folders = ['libs/service-runtime/src', ...(await appFolders(root))];
  const routes = new Set<string>();
  for (const folder of folders) {
    for (const file of await readdir(join(root, folder)).catch(() => [])) {
      if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
      for (const route of routesOf(await readFile(join(root, folder, file), 'utf8'))) routes.add(route);
    }
  }
  return [...routes].sort();
}

async function appFolders(root: string): Promise<string[]> {
  const apps = await readdir(join(root, 'apps'));
  return apps.map((app) => `apps/${app}/src/http`);
}

function routesOf(source: string): string[] {
  const mounts = source.matchAll(/\bapp\.(get|post|put|patch|delete)\(\s*[`'"](\/[^`'"]*)[`'"],/g);
  return [...mounts].flatMap(([, method = '', path = '']) =>
    spelledOut(path).map((one) => `${method.toUpperCase()} ${one.replaceAll(/:(\w+)/g, '{$1}')}`),
  );
}

function spelledOut(path: string): string[] {
  const part = /\$\{(?:vendor|source)\}/;
  return part.test(path) ? vendors.map((vendor) => path.replace(part, vendor)) : [path];
}
