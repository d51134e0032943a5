import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '@bridge/cli/stack-paths';
import { postgresData } from '../../local/install-postgres.ts';
import { createProgress } from '../../local/progress.ts';
import { urlNames } from '../../local/server-urls.ts';
import { setUpServers } from '../../local/set-up-servers.ts';
import { startStack, type Stack } from '../../local/start-stack.ts';

/** Servers of the proof's own, ready for services: a proof stops and starts them, so no URL may replace one. */
export async function startServers(name: string, print: (line: string) => void): Promise<Stack> {
  const replacing = new Set<string>(Object.values(urlNames));
  const stack = await startStack({
    root: checkout,
    home: join(checkout, '.local', name),
    ports: 'free',
    services: false,
    env: Object.fromEntries(Object.entries(process.env).filter(([key]) => !replacing.has(key))),
    fresh: true,
    print,
  });
  try {
    const secrets = stack.env as Parameters<typeof setUpServers>[0]['secrets'];
    await setUpServers({ urls: stack.urls, secrets, progress: createProgress(print) });
    return stack;
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** What a proof stored, after its servers stopped. Logs stay. */
export function removeData({ paths }: Stack): void {
  for (const path of [paths.data, postgresData(paths)]) rmSync(path, { recursive: true, force: true });
}
