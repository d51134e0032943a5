import { type ServiceVault } from './ports.ts';

/** Where a list of user ids is stored: by the id of a key or grant, or by the hash of a link or session. */
export type UserListPlace = {
  readonly table: 'auth.api_keys' | 'auth.sign_in_grants' | 'auth.sign_in_links' | 'auth.sessions';
  readonly row: string;
};

/** User ids are personal data: the list is sealed and bound to its row. No list means everyone. */
export async function sealUsers(
  vault: ServiceVault,
  users: ReadonlySet<string> | undefined,
  place: UserListPlace,
): Promise<Buffer | null> {
  if (users === undefined) return null;
  return vault.sealForService(JSON.stringify([...users]), { ...place, column: 'users' });
}

export async function unsealUsers(
  vault: ServiceVault,
  sealed: Buffer | null,
  place: UserListPlace,
): Promise<ReadonlySet<string> | undefined> {
  if (sealed === null) return undefined;
  const opened = await vault.unsealForService(sealed, { ...place, column: 'users' });
  return new Set(JSON.parse(opened.toString('utf8')) as string[]);
}
