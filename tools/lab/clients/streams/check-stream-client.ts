import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCuttingProxy } from './cutting-proxy.ts';
import type { StreamClient } from './stream-clients.ts';

/** `resumed`: every event came once, in order, although its streams were cut. */
export type StreamRow = {
  readonly client: string;
  readonly version: string;
  readonly result: 'resumed' | 'failed' | 'not checked';
  /** How often its stream was cut. */
  readonly cuts?: number;
  readonly cause?: string;
};

type Stack = { readonly bridgeUrl: string; readonly apiKey: string };

const events = 60;
const everyMs = 100;
/** At most: some clients wait longer each time before they come back. */
const cuts = 3;
const withinMs = 90_000;

/** Lets a client follow one person through a proxy that cuts it, while events come. */
export async function checkStreamClient(
  client: StreamClient,
  directory: string,
  stack: Stack,
): Promise<StreamRow> {
  const causeOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
  let version = '';
  try {
    if (!client.isInstalled(directory)) await client.install(directory);
    version = await client.version(directory);
  } catch (error) {
    return { client: client.name, version, result: 'not checked', cause: causeOf(error) };
  }
  try {
    const counted = await follow(client, directory, stack);
    return { client: client.name, version, result: 'resumed', cuts: counted };
  } catch (error) {
    return { client: client.name, version, result: 'failed', cause: causeOf(error) };
  }
}

/** @returns How often its stream was cut. @throws Error unless it has every event once, in order. */
async function follow(
  client: StreamClient,
  directory: string,
  { bridgeUrl, apiKey }: Stack,
): Promise<number> {
  await using proxy = await startCuttingProxy(new URL(bridgeUrl), { cuts, afterMs: 900 });
  const user = `follower-${randomBytes(6).toString('hex')}`;
  const followers = join(import.meta.dirname, 'followers');
  const [program = '', ...args] = client.command(directory, followers);
  const child = spawn(program, args, {
    env: {
      ...process.env,
      CLIENTS: directory,
      STREAM_URL: `${proxy.origin}/stream?user_id=${user}`,
      API_KEY: apiKey,
      COUNT: String(events),
    },
    timeout: withinMs,
  });
  const following = Promise.withResolvers<undefined>();
  const ended = Promise.withResolvers<number | null>();
  let [out, errors] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => {
    errors += data.toString();
    if (errors.includes('following')) following.resolve(undefined);
  });
  child.once('error', following.reject).once('close', (code) => {
    ended.resolve(code);
    following.reject(new Error(`it ended with ${code}: ${errors.trim().slice(-400)}`));
  });
  await following.promise;
  const sent: string[] = [];
  for (let nr = 0; nr < events; nr += 1) {
    sent.push(await sendEvent({ bridgeUrl, apiKey }, user, nr));
    await sleep(everyMs);
  }
  const code = await ended.promise;
  const received = out.trim().split('\n');
  if (code !== 0) throw new Error(`it ended with ${code} after ${received.length} events`);
  if (proxy.cuts() === 0) throw new Error('it was never cut');
  if (received.join() !== sent.join()) {
    const repeated = received.length - new Set(received).size;
    const missing = sent.filter((id) => !received.includes(id)).length;
    throw new Error(`${missing} events are missing, ${repeated} came twice`);
  }
  return proxy.cuts();
}

/** @returns The bridge's id of the event. */
async function sendEvent({ bridgeUrl, apiKey }: Stack, user: string, nr: number): Promise<string> {
  const answer = await fetch(`${bridgeUrl}/webhooks/oura`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      user_id: user,
      event_id: `${user}-${nr}`,
      event_type: 'heart_rate',
      timestamp: new Date().toISOString(),
      heart_rate: 60 + (nr % 20),
    }),
  });
  if (answer.status !== 202) throw new Error(`a webhook was answered ${answer.status}`);
  const { event_id } = (await answer.json()) as { event_id: string };
  return event_id;
}
