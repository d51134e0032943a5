import { addExamples } from '@bridge/cli/examples';
import { positiveNumber, wholeNumber } from '@bridge/cli/number-options';
import type { Log } from '@bridge/core';
import type { Env } from '@bridge/service-runtime';
import { Command } from 'commander';
import { runFeed } from './feed.ts';

/** `simulate`: reads BRIDGE_EDGE_URL, AUREN_MASTER_API_KEY and VENDOR_SIM_URL. */
export function simulateCommand(env: Env, log: Log): Command {
  const command = new Command('simulate')
    .description('Post events of synthetic people through the edge until Ctrl-C.')
    .option('--seed <number>', 'seed of all values', wholeNumber(0), 1)
    .option('--day-minutes <number>', 'minutes that a simulated day takes', positiveNumber, 24)
    .action(async ({ seed, dayMinutes }: { seed: number; dayMinutes: number }) => {
      const { BRIDGE_EDGE_URL: edgeUrl, AUREN_MASTER_API_KEY: apiKey, VENDOR_SIM_URL: vendorSimUrl } = env;
      if (!edgeUrl || !apiKey) {
        throw new Error('BRIDGE_EDGE_URL and AUREN_MASTER_API_KEY are not set: load .local/env first.');
      }
      const stopping = new AbortController();
      process.once('SIGINT', () => stopping.abort());
      await runFeed({
        edgeUrl,
        apiKey,
        vendorSimUrl,
        seed,
        dayMinutes,
        report: (line) => log.warn(line),
        signal: stopping.signal,
      });
    });
  return addExamples(command, 'simulate --seed 7 --day-minutes 10');
}
