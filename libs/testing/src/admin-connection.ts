import { connectPostgres, type Postgres } from '@bridge/postgres';
import { Registry } from 'prom-client';
import { silentLog } from './recording-log.ts';

/** One connection as the owner of databases, for the time of `work`. */
export async function asAdmin<T>(url: string, work: (admin: Postgres) => Promise<T>): Promise<T> {
  const admin = connectPostgres(
    { url, max: 1, applicationName: 'bridge-testing', statementTimeoutMs: 60_000 },
    { log: silentLog, metrics: new Registry() },
  );
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}
