import { type Principal } from './principal.ts';
import { type ServiceVault } from './ports.ts';
import { isScope } from './scopes.ts';
import { unsealUsers, sealUsers, type UserListPlace } from './user-list.ts';

/** A principal as `jsonb` in a link or session; `users` is sealed and in base64. */
export type StoredPrincipal = {
  readonly key_id: string;
  readonly accessor: string;
  readonly scopes: readonly string[];
  readonly users: string | null;
};

export async function storePrincipal(
  vault: ServiceVault,
  { keyId, accessor, scopes, users }: Principal,
  place: UserListPlace,
): Promise<StoredPrincipal> {
  const sealed = await sealUsers(vault, users, place);
  return { key_id: keyId, accessor, scopes: [...scopes], users: sealed && sealed.toString('base64') };
}

export async function loadPrincipal(
  vault: ServiceVault,
  { key_id, accessor, scopes, users }: StoredPrincipal,
  place: UserListPlace,
): Promise<Principal> {
  const sealed = users === null ? null : Buffer.from(users, 'base64');
  return {
    keyId: key_id,
    accessor,
    scopes: new Set(scopes.filter(isScope)),
    users: await unsealUsers(vault, sealed, place),
  };
}
