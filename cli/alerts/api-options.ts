import type { Log } from '@bridge/core';
import type { Env } from '@bridge/service-runtime';
import { Command } from 'commander';
import * as api from '../api/api-options.ts';
import type { HttpApi } from '../api/http-api.ts';
import type { Print } from '../run-program.ts';

export type { ApiOptions } from '../api/api-options.ts';

/** Everything that a subcommand gets from outside. */
export type Surroundings = {
  readonly env: Env;
  readonly log: Log;
  readonly print: Print;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** Creates a command with `--url`, `--key` and `--json`. */
export function apiCommand(name: string, { env }: Surroundings): Command {
  return api.addApiOptions(new Command(name), env, {
    service: 'the edge, or of the alerts service itself',
    variables: ['BRIDGE_ALERTS_URL'],
  });
}

/** Throws an error that says how to get a key. */
export function apiOf({ env }: Surroundings, options: api.ApiOptions): HttpApi {
  return api.apiOf(env, options);
}
