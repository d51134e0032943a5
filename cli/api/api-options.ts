import type { Env } from '@bridge/service-runtime';
import { Command, InvalidArgumentError, Option } from 'commander';
import { createHttpApi, type HttpApi } from './http-api.ts';

/** The options of every command that asks the HTTP API. */
export type ApiOptions = { readonly url: string; readonly key?: string; readonly json?: boolean };

/** An address and a key that can be tried. */
export type ApiAccess = { readonly url: string; readonly key: string };

export const apiKeyHelp =
  'an API key; other users of this machine can see it, so set BRIDGE_API_KEY instead (default: that, or AUREN_MASTER_API_KEY)';

/** @param variables Names of variables that may hold the address; the first one that is set is the default. */
export function addApiOptions(
  command: Command,
  env: Env,
  { service = 'the edge', variables = [] }: { service?: string; variables?: readonly string[] } = {},
): Command {
  const names = [...variables, 'BRIDGE_URL', 'BRIDGE_EDGE_URL'];
  const url = names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
  return command
    .addOption(
      new Option('--url <url>', `the address of ${service}`)
        .default(url ?? 'http://localhost:8888')
        .argParser(httpUrl),
    )
    .option('--key <key>', apiKeyHelp)
    .option('--json', 'print JSON, one line each');
}

/** Creates a command with `--url`, `--key` and `--json`. */
export function createApiCommand(name: string, env: Env): Command {
  return addApiOptions(new Command(name), env);
}

/** Throws an error that says how to get a key, or which variable holds no address. */
export function apiAccess(env: Env, { url, key }: Pick<ApiOptions, 'url' | 'key'>): ApiAccess {
  const found = [key, env['BRIDGE_API_KEY'], env['AUREN_MASTER_API_KEY']].find(Boolean);
  if (found === undefined)
    throw new Error(
      'No API key is set. Load .local/env (set -a; . .local/env; set +a), or set BRIDGE_API_KEY.',
    );
  // fetch would refuse it in words of its own, which repeat the key.
  if (!/^[\x21-\x7e]+$/.test(found)) throw new Error('The API key holds characters that no key has.');
  // That of --url was checked before; a default is not.
  if (!isHttpUrl(url))
    throw new Error('The address in BRIDGE_URL or BRIDGE_EDGE_URL must be a URL with http or https.');
  return { url, key: found };
}

export function apiOf(env: Env, options: Pick<ApiOptions, 'url' | 'key'>): HttpApi {
  return createHttpApi(apiAccess(env, options));
}

function isHttpUrl(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '');
}

/** Parses the value of `--url`. @throws InvalidArgumentError */
export function httpUrl(text: string): string {
  if (isHttpUrl(text)) return text;
  throw new InvalidArgumentError('It must be a URL with http or https.');
}
