import { type DataKey } from '@bridge/vault';
import { hkdfSync } from 'node:crypto';
import pg from 'pg';

/**
 * Derives `bridge.sql_key`, which `encrypt_phi` and `decrypt_phi` need, from the service key. It survives a rotation of
 * the key-encryption key and cannot unwrap data keys.
 */
export function deriveSqlKey(serviceKey: DataKey): string {
  const salt = Buffer.alloc(0);
  return Buffer.from(hkdfSync('sha256', serviceKey.export(), salt, 'bridge.sql_key', 32)).toString('hex');
}

export type SqlRun = { readonly adminUrl: string; readonly sqlKey: string; readonly statement: string };

/** Runs one statement in a session with the key, and records that in `phi_access_log`. Returns its rows. */
export async function runWithSqlKey({ adminUrl, sqlKey, statement }: SqlRun): Promise<unknown[]> {
  const client = new pg.Client({
    connectionString: adminUrl,
    application_name: 'bridge-keys-sql',
    // The key travels in the startup packet, because statements can appear in the server's log.
    options: `-c bridge.sql_key=${sqlKey}`,
  });
  await client.connect();
  try {
    await client.query(
      `insert into phi_access_log (accessor_id, access_type, table_name) values (current_user, 'SQL', 'keys sql')`,
    );
    const result = await client.query(statement);
    return result.rows as unknown[];
  } finally {
    await client.end();
  }
}
