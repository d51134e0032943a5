import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { Env } from '@bridge/service-runtime';
import { checkout, stackPaths } from './stack-paths.ts';

/** The environment, and below it what `npm start` wrote to `.local/env`, where no database is named. */
export function withLocalEnv(env: Env, file: string = stackPaths(checkout).envFile): Env {
  if (env['POSTGRES_ADMIN_URL'] || !existsSync(file)) return env;
  return { ...parseEnv(readFileSync(file, 'utf8')), ...env };
}
