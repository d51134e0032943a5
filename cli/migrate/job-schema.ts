import type { Log } from '@bridge/core';
import { Logger, runMigrations } from 'graphile-worker';
import type pg from 'pg';

/**
 * Migrates graphile-worker's own schema to the version of the library, and lets webhook-ingest add and run jobs. The
 * library enables row security without policies, so a role that is not the owner sees no jobs, and its runner does
 * nothing and reports no error. This adds the policies. It is idempotent. `client` holds the lock of the migration.
 */
export async function migrateJobs(client: pg.Client, adminUrl: string, log: Log): Promise<void> {
  await runMigrations({ connectionString: adminUrl, logger: logTo(log) });
  await client.query(rights);
}

const rights = `
  grant usage on schema graphile_worker to bridge_ingest;
  grant select, insert, update, delete on all tables in schema graphile_worker to bridge_ingest;
  revoke insert, update, delete on graphile_worker.migrations from bridge_ingest;
  grant usage on all sequences in schema graphile_worker to bridge_ingest;
  grant execute on all functions in schema graphile_worker to bridge_ingest;
  alter default privileges in schema graphile_worker grant select, insert, update, delete on tables to bridge_ingest;
  alter default privileges in schema graphile_worker grant usage on sequences to bridge_ingest;
  alter default privileges in schema graphile_worker grant execute on functions to bridge_ingest;
  do $$
  declare
    closed regclass;
  begin
    for closed in
      select t.oid::regclass from pg_class t
      where t.relnamespace = 'graphile_worker'::regnamespace and t.relrowsecurity
        and not exists (select 1 from pg_policy p where p.polrelid = t.oid and p.polname = 'bridge_ingest_runs_jobs')
    loop
      execute format('create policy bridge_ingest_runs_jobs on %s to bridge_ingest using (true) with check (true)', closed);
    end loop;
  end
  $$;
`;

function logTo(log: Log): Logger {
  return new Logger(() => (level, message) => {
    if (level === 'error') log.error(message);
    else if (level === 'warning') log.warn(message);
  });
}
