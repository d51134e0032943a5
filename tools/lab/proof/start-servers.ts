import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '@bridge/cli/stack-paths';
import { postgresData } from '../../local/install-postgres.ts';
import { createProgress } from '../../local/progress.ts';
import { urlNames } from '../../local/server-urls.ts';
import { setUpServers } from '../../local/set-up-servers.ts';
import { startStack, type Stack } from '../../local/start-stack.ts';
import type { Secrets } from '../../local/secrets.ts';
import type { ProofResult } from './proof.ts';

/** Runs a proof on servers of its own. The data of one that failed stay, so that they can be looked at. */
export async function withServers(
  name: string,
  print: (line: string) => void,
  prove: (stack: Stack, stops: AsyncDisposableStack) => Promise<ProofResult>,
): Promise<ProofResult> {
  const stack = await startServers(name, print);
  const stops = new AsyncDisposableStack();
  let result: ProofResult | undefined;
  stops.defer(() => {
    if (result?.failures.length === 0) removeData(stack);
  });
  stops.defer(() => stack.stop());
  try {
    result = await prove(stack, stops);
    return result;
  } finally {
    await stops.disposeAsync();
  }
}

/** A proof stops and starts its servers, so no URL of the environment may replace one. */
async function startServers(name: string, print: (line: string) => void): Promise<Stack> {
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

/** After the servers have stopped; the logs are kept. */
function removeData({ paths }: Stack): void {
  for (const path of [paths.data, postgresData(paths)]) rmSync(path, { recursive: true, force: true });
}
