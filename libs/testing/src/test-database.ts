import { randomBytes } from 'node:crypto';
import type { Closeable } from '@bridge/core';
import { connectPostgres, type Postgres } from '@bridge/postgres';
import { Registry } from 'prom-client';
import { asAdmin } from './admin-connection.ts';
import { fromEnvironment, type TestVariable } from './environment.ts';
import { silentLog } from './recording-log.ts';
import { cloneTemplate, dropDatabase, onDatabase } from './template-database.ts';

/** The services that have a database role, `bridge_<role>`. */
export type DatabaseRole = 'ingest' | 'cognition' | 'alerts' | 'gateway';

/** A pool of connections to a test's database. */
export type TestConnection = Postgres;

export type TestDatabase = Closeable & {
  readonly name: string;
  /** As the owner, who may do everything. */
  readonly adminUrl: string;
  /** As a service, with its rights and no more. */
  urlFor(role: DatabaseRole): string;
  /** A pool of the test's own, as the owner or as a service. The test closes it. */
  connect(role: DatabaseRole | 'owner', maxConnections?: number): TestConnection;
};

/** A migrated, empty database of its own for a test file; `close` drops it. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = fromEnvironment('POSTGRES_ADMIN_URL');
  const name = `bridge_${randomBytes(6).toString('hex')}_test`;
  await asAdmin(serverUrl, (admin) => cloneTemplate(admin, name));
  const adminUrl = onDatabase(serverUrl, name);
  function urlFor(role: DatabaseRole): string {
    const url = new URL(adminUrl);
    url.username = `bridge_${role}`;
    url.password = fromEnvironment(`BRIDGE_DB_PASSWORD_${role.toUpperCase()}` as TestVariable);
    return url.href;
  }
  return {
    name,
    adminUrl,
    urlFor,
    connect(role, maxConnections = 4) {
      const url = role === 'owner' ? adminUrl : urlFor(role);
      return connectPostgres(
        { url, max: maxConnections, applicationName: name },
        { log: silentLog, metrics: new Registry() },
      );
    },
    close: () => asAdmin(serverUrl, (admin) => dropDatabase(admin, name)),
  };
}
