import { retentionDaysSetting } from '@bridge/contracts';
import { type Log } from '@bridge/core';
import { readConfig } from '@bridge/service-runtime';
import { Command } from 'commander';
import { z } from 'zod';
import { migrate } from './migrate.ts';
import { services, type RolePasswords } from './role-passwords.ts';

/** `migrate`: reads POSTGRES_ADMIN_URL, BRIDGE_DB_PASSWORD_<SERVICE> and BRIDGE_RETENTION_DAYS from the environment. */
export function migrateCommand(env: NodeJS.ProcessEnv, log: Log): Command {
  return new Command('migrate')
    .description('bring the database to the newest schema; set role passwords; make time partitions ahead')
    .action(async () => {
      const adminUrl = env['POSTGRES_ADMIN_URL'];
      if (!adminUrl)
        throw new Error('POSTGRES_ADMIN_URL is not set: the connection URL of the database owner.');
      const retentionDays = readRetentionDays(env);
      const ran = await migrate({ adminUrl, passwords: readPasswords(env), retentionDays, log });
      log.info(ran.length === 0 ? 'the schema is current' : `${String(ran.length)} migrations applied`);
    });
}

/** How long events are kept, as the environment says. */
export function readRetentionDays(env: NodeJS.ProcessEnv): number {
  return readConfig(env, z.object({ BRIDGE_RETENTION_DAYS: retentionDaysSetting })).BRIDGE_RETENTION_DAYS;
}

/** All of the services' passwords, or one error that names every one that is missing or too short. */
function readPasswords(env: NodeJS.ProcessEnv): RolePasswords {
  const entries = services.map((service) => {
    const variable = `BRIDGE_DB_PASSWORD_${service.toUpperCase()}`;
    return { service, variable, password: env[variable] ?? '' };
  });
  const weak = entries.filter(({ password }) => password.length < 16).map(({ variable }) => variable);
  if (weak.length > 0) throw new Error(`Missing or shorter than 16 characters: ${weak.join(', ')}.`);
  return Object.fromEntries(entries.map(({ service, password }) => [service, password]));
}
