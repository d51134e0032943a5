import { type Principal } from './principal.ts';
import { type Query, type ServiceVault } from './ports.ts';
import { loadPrincipal, type StoredPrincipal } from './stored-principal.ts';
import { isScope } from './scopes.ts';
import { unsealUsers } from './user-list.ts';

type Sources = { readonly query: Query; readonly vault: ServiceVault };

/** A principal and until when it holds (ms since 1970), whatever a cache remembers. */
export type Credential = { readonly principal: Principal; readonly expiresAt: number };

/** Finds API keys that are not revoked, by the hex of their hash. */
export function createKeyLookup({ query, vault }: Sources) {
  return async function lookUpKeys(hashes: readonly Buffer[]): Promise<Map<string, Credential>> {
    const rows = await query<{ key_id: string; hash: Buffer; scopes: string[]; users: Buffer | null }>(
      'select key_id, hash, scopes, users from auth.api_keys where hash = any($1::bytea[]) and revoked_at is null',
      [hashes],
    );
    const found = rows.map(async ({ key_id, hash, scopes, users }) => {
      const principal = {
        keyId: key_id,
        scopes: new Set(scopes.filter(isScope)),
        users: await unsealUsers(vault, users, { table: 'auth.api_keys', row: key_id }),
      };
      return [hash.toString('hex'), { principal, expiresAt: Infinity }] as const;
    });
    return new Map(await Promise.all(found));
  };
}

/** Finds sessions by the hex of their hash. A session ends when it expires and when its key is revoked. */
export function createSessionLookup({ query, vault }: Sources) {
  return async function lookUpSessions(hashes: readonly Buffer[]): Promise<Map<string, Credential>> {
    const rows = await query<{ hash: Buffer; principal: StoredPrincipal; expires_at: Date }>(
      `select s.hash, s.principal, s.expires_at
       from auth.sessions s
       left join auth.api_keys k on k.key_id = s.principal ->> 'key_id'
       where s.hash = any($1::bytea[]) and s.expires_at > now() and k.revoked_at is null`,
      [hashes],
    );
    const found = rows.map(async ({ hash, principal, expires_at }) => {
      const row = hash.toString('hex');
      const loaded = await loadPrincipal(vault, principal, { table: 'auth.sessions', row });
      return [row, { principal: loaded, expiresAt: expires_at.getTime() }] as const;
    });
    return new Map(await Promise.all(found));
  };
}
