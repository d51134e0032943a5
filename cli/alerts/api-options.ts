import type { Log } from '@bridge/core';
import type { Env } from '@bridge/service-runtime';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Print } from '../run-program.ts';
import { createAlertsApi, type AlertsApi } from './alerts-api.ts';

/** Everything that a subcommand gets from outside. */
export type Surroundings = {
  readonly env: Env;
  readonly log: Log;
  readonly print: Print;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** The options that every command has which asks the service. */
export type ApiOptions = { readonly url: string; readonly key?: string; readonly json?: boolean };

/** Creates a command with `--url`, `--key` and `--json`. */
export function apiCommand(name: string, { env }: Surroundings): Command {
  return new Command(name)
    .addOption(
      new Option('--url <url>', 'the edge, or the alerts service itself')
        .default(env['BRIDGE_ALERTS_URL'] ?? env['BRIDGE_EDGE_URL'] ?? 'http://localhost:8888')
        .argParser(httpUrl),
    )
    .option('--key <key>', 'an API key (default: AUREN_MASTER_API_KEY)')
    .option('--json', 'print one line of JSON');
}

/** Throws an error that says how to get a key. */
export function apiOf(
  { env }: Surroundings,
  { url, key = env['AUREN_MASTER_API_KEY'] }: ApiOptions,
): AlertsApi {
  if (!key)
    throw new Error('No API key is set. Load .local/env (set -a; . .local/env; set +a), or give --key.');
  // That of --url was checked before; a default is not.
  if (!isHttpUrl(url))
    throw new Error('BRIDGE_ALERTS_URL or BRIDGE_EDGE_URL must be a URL with http or https.');
  return createAlertsApi({ url, key });
}

function isHttpUrl(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '');
}

function httpUrl(text: string): string {
  if (isHttpUrl(text)) return text;
  throw new InvalidArgumentError('It must be a URL with http or https.');
}
