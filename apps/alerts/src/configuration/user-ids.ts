import type { Vault } from '@bridge/vault';
import type { Access, RecordAccess } from './rows/access-log.ts';

/** User ids by subject id, for somebody to see: the access is recorded first. Erased persons are left out. */
export type UserIdsOf = (access: Access) => Promise<Map<string, string>>;

export function createUserIdsOf(vault: Pick<Vault, 'byId'>, recordAccess: RecordAccess): UserIdsOf {
  return async function userIdsOf(access) {
    const subjectIds = new Set(access.subjectIds);
    await recordAccess({ ...access, subjectIds });
    const people = await vault.byId(subjectIds);
    return new Map(
      [...people.values()].flatMap((person): [string, string][] =>
        person.erased ? [] : [[person.subjectId, person.userId]],
      ),
    );
  };
}
