import type { Vault } from '@bridge/vault';

/** User ids by subject id. Erased persons are left out. */
export type UserIdsOf = (subjectIds: Iterable<string>) => Promise<Map<string, string>>;

export function createUserIdsOf(vault: Pick<Vault, 'byId'>): UserIdsOf {
  return async function userIdsOf(subjectIds) {
    const people = await vault.byId(subjectIds);
    return new Map(
      [...people.values()].flatMap((person): [string, string][] =>
        person.erased ? [] : [[person.subjectId, person.userId]],
      ),
    );
  };
}
