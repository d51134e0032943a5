import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Shape } from './client.ts';
import { runCommand } from './run-command.ts';

/** `not checked`: the client could not be had; `failed`: its message was not decided. */
export type Row = Shape & {
  readonly client: string;
  readonly version: string;
  readonly result: 'decided' | 'failed' | 'not checked';
  readonly cause?: string;
};

export type Stack = { readonly bridgeUrl: string; readonly apiKey: string; readonly env: NodeJS.ProcessEnv };

const patienceMs = 30_000;

/** Installs a client, sends all its shapes, each for a person of its own, and sees which of them were decided. */
export async function checkClient(client: Client, directory: string, stack: Stack): Promise<Row[]> {
  const base = { client: client.name, version: '' };
  const rows = (change: Pick<Row, 'result' | 'cause' | 'version'>) =>
    client.shapes.map((shape): Row => ({ ...base, ...shape, ...change }));
  const causeOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
  let version: string;
  try {
    version = await installedVersion(client, directory);
  } catch (error) {
    return rows({ version: '', result: 'not checked', cause: causeOf(error) });
  }
  const sent = client.shapes.map((shape) => ({
    ...shape,
    user: `client-${randomBytes(6).toString('hex')}`,
    ms: Math.floor(Date.now() / 1000) * 1000 - 120_000,
  }));
  try {
    await send(client, directory, { stack, sent });
  } catch (error) {
    return rows({ version, result: 'failed', cause: causeOf(error) });
  }
  return Promise.all(
    sent.map(async ({ format, shape, user }): Promise<Row> => {
      const result = (await isDecided(stack, user)) ? 'decided' : 'failed';
      return { client: client.name, version, format, shape, result };
    }),
  );
}

/** What an earlier run installed is kept; delete `.local/clients` for the newest versions. */
async function installedVersion(client: Client, directory: string): Promise<string> {
  const found = await client.version(directory).catch(() => '');
  if (found !== '' && client.isInstalled(directory)) return found;
  await client.install(directory);
  return client.version(directory);
}

type Sent = Shape & { readonly user: string; readonly ms: number };

async function send(
  client: Client,
  directory: string,
  { stack, sent }: { readonly stack: Stack; readonly sent: readonly Sent[] },
): Promise<void> {
  const sender = join(import.meta.dirname, 'senders', client.sender);
  const asLines = client.language === 'java' || client.language === 'sh';
  const lines = sent.map(({ format, shape, user, ms }) => [format, shape, user, ms].join('\t')).join('\n');
  const env = { ...stack.env, CLIENTS: directory, ROWS: asLines ? lines : JSON.stringify(sent) };
  await runCommand(client.command(directory, sender), { env });
}

/** The person's state holds the pulse that was sent. */
async function isDecided({ bridgeUrl, apiKey }: Stack, user: string): Promise<boolean> {
  const until = Date.now() + patienceMs;
  while (Date.now() < until) {
    const response = await fetch(`${bridgeUrl}/users/${user}/state`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    const state = (response.ok ? await response.json() : {}) as {
      readonly readings?: readonly { readonly metric: string; readonly value: number }[];
    };
    if (state.readings?.some(({ metric, value }) => metric === 'heart_rate' && value === 72)) return true;
    await sleep(500);
  }
  return false;
}
