import { type Principal } from './principal.ts';
import { type Query, type ServiceVault } from './ports.ts';
import { loadPrincipal, type StoredPrincipal } from './stored-principal.ts';
import { isScope } from './scopes.ts';
import { unsealUsers } from './user-list.ts';

type Sources = { readonly query: Query; readonly vault: ServiceVault };

/** A principal and until when it holds (ms since 1970), whatever a cache remembers. */
export type Credential = { readonly principal: Principal; readonly expiresAt: number };

type KeyRow = {
  key_id: string;
  hash: Buffer;
  label: string;
  scopes: string[];
  users: Buffer | null;
  expires_at: Date | null;
  is_unmarked: boolean;
};

/** Finds API keys that are neither revoked nor expired, by the hex of their hash. */
export function createKeyLookup({ query, vault }: Sources) {
  async function credentialOf(row: KeyRow): Promise<Credential> {
    const principal = {
      keyId: row.key_id,
      accessor: `key:${row.label}`,
      scopes: new Set(row.scopes.filter(isScope)),
      users: await unsealUsers(vault, row.users, { table: 'auth.api_keys', row: row.key_id }),
    };
    return { principal, expiresAt: row.expires_at?.getTime() ?? Infinity };
  }

  return async function lookUpKeys(hashes: readonly Buffer[]): Promise<Map<string, Credential>> {
    const rows = await query<KeyRow>(
      `select key_id, hash, label, scopes, users, expires_at,
              (last_used_at is null or last_used_at < now() - interval '1 minute') is_unmarked
         from auth.api_keys
        where hash = any($1::bytea[]) and revoked_at is null and (expires_at is null or expires_at > now())`,
      [hashes],
    );
    const unmarked = rows.filter(({ is_unmarked }) => is_unmarked).map(({ key_id }) => key_id);
    // Nobody waits for it, and a use that was not marked is marked by the next one.
    if (unmarked.length > 0) query('select auth.note_key_use($1)', [unmarked]).catch(() => undefined);
    const found = rows.map(async (row) => [row.hash.toString('hex'), await credentialOf(row)] as const);
    return new Map(await Promise.all(found));
  };
}

type SessionRow = {
  hash: Buffer;
  principal: StoredPrincipal;
  expires_at: Date;
  grant_scopes: string[] | null;
  grant_users: Buffer | null;
};

/**
 * Finds sessions by the hex of their hash. A session ends when it expires, when its key expires or is revoked, and when its
 * grant is revoked; while it lasts, it may what its grant says now.
 */
export function createSessionLookup({ query, vault }: Sources) {
  async function principalOf({ hash, principal, grant_scopes, grant_users }: SessionRow): Promise<Principal> {
    if (grant_scopes === null)
      return loadPrincipal(vault, principal, { table: 'auth.sessions', row: hash.toString('hex') });
    const { key_id: keyId, accessor } = principal;
    const users = await unsealUsers(vault, grant_users, { table: 'auth.sign_in_grants', row: keyId });
    return { keyId, accessor, scopes: new Set(grant_scopes.filter(isScope)), users };
  }

  return async function lookUpSessions(hashes: readonly Buffer[]): Promise<Map<string, Credential>> {
    const rows = await query<SessionRow>(
      `select s.hash, s.principal, least(s.expires_at, k.expires_at) expires_at,
              g.scopes grant_scopes, g.users grant_users
       from auth.sessions s
       left join auth.api_keys k on k.key_id = s.principal ->> 'key_id'
       left join auth.sign_in_grants g on g.grant_id = s.principal ->> 'key_id'
       where s.hash = any($1::bytea[]) and s.expires_at > now()
         and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
         and g.revoked_at is null and (g.grant_id is not null or s.principal ->> 'key_id' not like 'grant\\_%')`,
      [hashes],
    );
    const found = rows.map(async (row) => {
      const credential = { principal: await principalOf(row), expiresAt: row.expires_at.getTime() };
      return [row.hash.toString('hex'), credential] as const;
    });
    return new Map(await Promise.all(found));
  };
}
