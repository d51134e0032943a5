import type { Log } from '@bridge/core';
import { Command } from 'commander';
import { runFeed } from './feed.ts';

/** `simulate`: posts events of synthetic people. Reads BRIDGE_EDGE_URL, AUREN_MASTER_API_KEY and VENDOR_SIM_URL. */
export function simulateCommand(env: NodeJS.ProcessEnv, log: Log): Command {
  return new Command('simulate')
    .description('post events of synthetic people through the edge until Ctrl-C')
    .option('--seed <number>', 'the same seed gives the same values', Number, 1)
    .option('--day-minutes <number>', 'minutes that a simulated day takes', Number, 24)
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
}
