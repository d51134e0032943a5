import { retentionDaysSetting } from '@bridge/contracts';
import type { Log } from '@bridge/core';
import { readConfig, type Env } from '@bridge/service-runtime';
import { Command } from 'commander';
import { z } from 'zod';
import { addExamples } from '../examples.ts';
import { requireSettings } from '../settings.ts';
import { migrate } from './migrate.ts';
import { services, type RolePasswords } from './role-passwords.ts';

/** `migrate`: reads POSTGRES_ADMIN_URL, BRIDGE_DB_PASSWORD_<SERVICE> and BRIDGE_RETENTION_DAYS from the environment. */
export function migrateCommand(env: Env, log: Log): Command {
  const command = new Command('migrate')
    .description('Migrate the database to the newest schema, set role passwords and create partitions.')
    .action(async () => {
      const { POSTGRES_ADMIN_URL: adminUrl } = requireSettings(env, 'POSTGRES_ADMIN_URL');
      const retentionDays = readRetentionDays(env);
      const ran = await migrate({ adminUrl, passwords: readPasswords(env), retentionDays, log });
      log.info(ran.length === 0 ? 'the schema is current' : `${String(ran.length)} migrations applied`);
    });
  return addExamples(command, 'migrate');
}

/** Reads how many days events are kept. */
export function readRetentionDays(env: Env): number {
  return readConfig(env, z.object({ BRIDGE_RETENTION_DAYS: retentionDaysSetting })).BRIDGE_RETENTION_DAYS;
}

/** Reads the passwords of all services. Throws one error that names every missing or short one. */
function readPasswords(env: Env): RolePasswords {
  const entries = services.map((service) => {
    const variable = `BRIDGE_DB_PASSWORD_${service.toUpperCase()}`;
    return { service, variable, password: env[variable] ?? '' };
  });
  const weak = entries.filter(({ password }) => password.length < 16).map(({ variable }) => variable);
  if (weak.length > 0) throw new Error(`Missing or shorter than 16 characters: ${weak.join(', ')}.`);
  return Object.fromEntries(entries.map(({ service, password }) => [service, password]));
}
