import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { checkout } from '@bridge/cli/stack-paths';
import { nodeArgs } from '../../../local/services.ts';
import { waitUntil } from '../../../local/wait-until.ts';

/** A process of the check, which ends with it. */
export type Running = { readonly stop: () => Promise<void> };

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

type Start = {
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Answers 200 as soon as it is ready. */
  readonly readyAt: string;
};

async function start({ command: [program = '', ...args], env, readyAt }: Start): Promise<Running> {
  const child = spawn(program, args, {
    cwd: checkout,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors = (errors + data.toString()).slice(-600)));
  const isReady = async () => {
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}: ${errors.trim()}`);
    return (await fetch(readyAt).catch(() => undefined))?.status === 200;
  };
  try {
    await waitUntil(readyAt, isReady, { withinMs: 20_000, everyMs: 50 });
  } catch (error) {
    await stop(child);
    throw error;
  }
  return { stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

export type ProviderSettings = {
  readonly port: number;
  readonly redirectUri: string;
  readonly secret: string;
};

/** @param directory Where the package was installed. */
export function startProvider(
  directory: string,
  { port, redirectUri, secret }: ProviderSettings,
): Promise<Running> {
  const script = join(import.meta.dirname, '../senders/oidc_provider.mjs');
  return start({
    command: [process.execPath, script],
    env: { CLIENTS: directory, PORT: String(port), REDIRECT_URI: redirectUri, CLIENT_SECRET: secret },
    readyAt: `http://127.0.0.1:${port}/.well-known/openid-configuration`,
  });
}

/** One more gateway on the running stack, which knows a provider. */
export function startGateway(port: number, env: NodeJS.ProcessEnv): Promise<Running> {
  return start({
    command: [...nodeArgs, join(checkout, 'apps/stream-gateway/src/main.ts')],
    env: { ...env, PORT: String(port), HOST: '127.0.0.1' },
    readyAt: `http://127.0.0.1:${port}/ready`,
  });
}
