import type { Vault } from '@bridge/vault';

export type People = {
  /** Ids under which these persons' data lie; null for a person who is not known. */
  subjectIds(userIds: ReadonlySet<string>): Promise<readonly (string | null)[]>;
};

export function createPeople({ vault }: { readonly vault: Pick<Vault, 'find'> }): People {
  return {
    async subjectIds(userIds) {
      const subjects = await vault.find(userIds);
      return [...userIds].map((userId) => subjects.get(userId)?.subjectId ?? null);
    },
  };
}
