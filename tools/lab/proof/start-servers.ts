import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '@bridge/cli/stack-paths';
import { postgresData } from '../../local/install-postgres.ts';
import { createProgress } from '../../local/progress.ts';
import { urlNames } from '../../local/server-urls.ts';
import { setUpServers } from '../../local/set-up-servers.ts';
import { startStack, type Stack } from '../../local/start-stack.ts';
import type { Secrets } from '../../local/secrets.ts';

/** Starts the proof's own servers. A proof stops and starts them, so no URL of the environment may replace one. */
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
    const secrets = stack.env as Secrets;
    await setUpServers({ urls: stack.urls, secrets, progress: createProgress(print) });
    return stack;
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** Removes the data of a proof after its servers have stopped, and keeps the logs. */
export function removeData({ paths }: Stack): void {
  for (const path of [paths.data, postgresData(paths)]) rmSync(path, { recursive: true, force: true });
}
