import type { Postgres } from '@bridge/postgres';
import { asAdmin } from './admin-connection.ts';

/** The migrated database that every test database is a copy of. */
export const templateName = 'bridge_template_test';

/** Any number that nothing else uses. Advisory locks belong to a database, so everyone takes it on the admin's own. */
const lockKey = 6_201_447_301;

export type TemplateOptions = {
  /** Owner's URL of any existing database on the server. */
  readonly adminUrl: string;
  /** Migrates an empty database to the newest schema: cli/migrate's `migrate`, which libs may not import. */
  readonly migrate: (adminUrl: string) => Promise<unknown>;
};

/** Makes the template anew, once per run, before any test asks for a database. */
export async function createTemplateDatabase({ adminUrl, migrate }: TemplateOptions): Promise<void> {
  await asAdmin(adminUrl, async (admin) => {
    await admin.query('select pg_advisory_lock($1)', [lockKey]);
    await dropDatabase(admin, templateName);
    await admin.query(`create database ${templateName}`);
    await migrate(onDatabase(adminUrl, templateName));
    // A database that someone is connected to can't be copied; background workers of extensions count too.
    await admin.query(`alter database ${templateName} with allow_connections false`);
    await disconnectAll(admin, templateName);
  });
}

/** Copies the template. Waits while it is being made. */
export async function cloneTemplate(admin: Postgres, name: string): Promise<void> {
  await admin.query('select pg_advisory_lock_shared($1)', [lockKey]);
  const [found] = await admin.query('select 1 from pg_database where datname = $1', [templateName]);
  if (found === undefined) {
    throw new Error(`${templateName} is missing. Run "npm test" or "npm run bridge -- prepare-tests".`);
  }
  await admin.query(`create database ${name} template ${templateName}`);
}

/** Never drops a database that is not a test's. */
export async function dropDatabase(admin: Postgres, name: string): Promise<void> {
  if (!/^[a-z0-9_]+_test$/.test(name))
    throw new Error('refused to drop a database whose name does not end in _test');
  await admin.query(`drop database if exists ${name} with (force)`);
}

export function onDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

async function disconnectAll(admin: Postgres, database: string): Promise<void> {
  await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database]);
}
