import { randomBytes } from 'node:crypto';
import { masterKeyLabel } from './master-key.ts';
import { type Query, type ServiceVault } from './ports.ts';
import { isScope, type Scope } from './scopes.ts';
import { hashToken, newToken } from './token.ts';
import { unsealUsers, sealUsers } from './user-list.ts';

export type NewKey = {
  /** The key's purpose. It is stored in the clear: no person's name. */
  readonly label: string;
  readonly scopes: readonly Scope[];
  /** The only persons the key may see or send for; everyone when missing. */
  readonly users?: readonly string[] | undefined;
  /** When it stops working by itself; never when missing. */
  readonly expiresAt?: Date | undefined;
};

export type ApiKey = {
  readonly keyId: string;
  readonly label: string;
  readonly scopes: readonly Scope[];
  readonly users: readonly string[] | undefined;
  readonly createdAt: Date;
  readonly expiresAt: Date | undefined;
  readonly revokedAt: Date | undefined;
  /** To the minute; undefined before the first use. */
  readonly lastUsedAt: Date | undefined;
};

export type KeyPage = {
  readonly limit: number;
  /** The key that the page before ended with. */
  readonly after: string | undefined;
};

export type KeyRing = {
  /** `key` is shown once and stored only as a hash. */
  createKey(key: NewKey): Promise<{ keyId: string; key: string; createdAt: Date }>;
  /** The oldest first; all of them without a page. */
  listKeys(page?: KeyPage): Promise<ApiKey[]>;
  /** Every service refuses the key, and sessions opened with it, within a second. False: unknown or revoked before. */
  revokeKey(keyId: string): Promise<boolean>;
};

type StoredKey = {
  key_id: string;
  label: string;
  scopes: string[];
  users: Buffer | null;
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
};

/** Makes and revokes API keys. Needs the connection of the database's owner or of stream-gateway: others only read them. */
export function createKeyRing({ query, vault }: { query: Query; vault: ServiceVault }): KeyRing {
  return {
    async createKey({ label, scopes, users, expiresAt }) {
      if (scopes.length === 0) throw new Error('A key needs at least one scope.');
      if (label === masterKeyLabel) throw new Error(`The label ${masterKeyLabel} is taken.`);
      const keyId = `key_${randomBytes(6).toString('hex')}`;
      const key = newToken('bb_');
      const list = users === undefined ? undefined : new Set(users);
      const sealed = await sealUsers(vault, list, { table: 'auth.api_keys', row: keyId });
      const [row] = await query<{ created_at: Date }>(
        `insert into auth.api_keys (key_id, hash, label, scopes, users, expires_at) values ($1, $2, $3, $4, $5, $6)
         returning created_at`,
        [keyId, hashToken(key), label, [...new Set(scopes)], sealed, expiresAt],
      );
      if (row === undefined) throw new Error('The key was not stored.');
      return { keyId, key, createdAt: row.created_at };
    },
    async listKeys(page) {
      const rows = await query<StoredKey>(
        `select key_id, label, scopes, users, created_at, expires_at, revoked_at, last_used_at from auth.api_keys
         where $1::text is null
            or (created_at, key_id) > (select created_at, key_id from auth.api_keys where key_id = $1)
         order by created_at, key_id limit $2`,
        [page?.after, page?.limit],
      );
      return Promise.all(rows.map((row) => toApiKey(vault, row)));
    },
    async revokeKey(keyId) {
      const [row] = await query<{ revoked: boolean }>('select auth.revoke_key($1) revoked', [keyId]);
      return row?.revoked === true;
    },
  };
}

async function toApiKey(vault: ServiceVault, row: StoredKey): Promise<ApiKey> {
  const users = await unsealUsers(vault, row.users, { table: 'auth.api_keys', row: row.key_id });
  return {
    keyId: row.key_id,
    label: row.label,
    scopes: row.scopes.filter(isScope),
    users: users && [...users],
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
  };
}
