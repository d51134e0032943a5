import { randomBytes } from 'node:crypto';
import { fromEnvironment, type DatabaseRole } from '@bridge/testing';
import pg from 'pg';
import { services, type RolePasswords } from '../role-passwords.ts';

/** A database without any schema, on the run's server. */
export async function emptyDatabase() {
  const serverUrl = fromEnvironment('POSTGRES_ADMIN_URL');
  const name = `migrate_${randomBytes(6).toString('hex')}_test`;
  await runOn(serverUrl, `create database ${name}`);
  const adminUrl = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
  return {
    adminUrl,
    urlFor(role: DatabaseRole) {
      const password = rolePasswords()[role] ?? '';
      return Object.assign(new URL(adminUrl), { username: `bridge_${role}`, password }).href;
    },
    drop: () => runOn(serverUrl, `drop database ${name} with (force)`),
  };
}

/** The passwords that the roles have anyway: they belong to the server, which others use at the same time. */
export function rolePasswords(): RolePasswords {
  const variable = (service: DatabaseRole) =>
    `BRIDGE_DB_PASSWORD_${service.toUpperCase() as Uppercase<DatabaseRole>}` as const;
  return Object.fromEntries(services.map((service) => [service, fromEnvironment(variable(service))]));
}

async function runOn(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
