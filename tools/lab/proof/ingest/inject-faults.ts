import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../../../local/start-stack.ts';
import { workerKilled } from '../faults.ts';
import type { Worker } from '../workers.ts';
import type { ObservedVendors } from './observed-vendors.ts';

type Options = {
  readonly stack: Stack;
  readonly replicas: readonly Worker[];
  readonly vendors: ObservedVendors;
  readonly brokerAwayMs: number;
  /** The number of replicas that are killed, each once. */
  readonly kills: number;
  /** Resolves when this part of the load, from 0 to 1, has been sent. */
  readonly reached: (part: number) => Promise<void>;
  readonly print: (line: string) => void;
};

const quietMs = 250;
const longestWaitMs = 5_000;

/** Kills one replica during normal operation and the other while the broker is down. Returns the times of the kills. */
export async function injectFaults(options: Options): Promise<number[]> {
  const { stack, replicas, vendors, brokerAwayMs, kills, reached, print } = options;

  const killedAt: number[] = [];

  async function kill(name: string | undefined): Promise<void> {
    if (name === undefined) return;
    await waitForQuietTokens(vendors);
    print(`  killing ${name}`);
    killedAt.push(Date.now());
    await workerKilled(replicas).inject(name);
  }

  const [first, second] = replicas.slice(0, kills).map(({ name }) => name);
  await reached(0.2);
  await kill(first);
  await reached(0.45);
  const broker = stack.programs.get('kafka');
  print(`  Kafka is down for ${brokerAwayMs / 1_000} s`);
  const backAt = Date.now() + brokerAwayMs;
  await broker?.stop();
  await sleep(brokerAwayMs / 4);
  await kill(second);
  await sleep(Math.max(0, backAt - Date.now()));
  await broker?.start();
  print('  Kafka is back');
  return killedAt;
}

/** Waits for a moment without new tokens: a consent is lost if the process dies with its new token. */
async function waitForQuietTokens({ lastTokenAt }: ObservedVendors): Promise<void> {
  const until = Date.now() + longestWaitMs;
  while (Date.now() - lastTokenAt() < quietMs && Date.now() < until) await sleep(10);
}
