import type { Routing } from '@bridge/contracts';
import type { Vault } from '@bridge/vault';
import { changed, type ChangeOutcome } from './domain/change-outcome.ts';
import { namedBy, routesOfGroup } from './domain/placed-routes.ts';
import { deleteGroupRow, groupNames, saveGroup } from './rows/group-rows.ts';
import { loadRouting } from './rows/revised-rows.ts';
import type { ChangeConfiguration } from './rows/revision-rows.ts';

const mostGroups = 1_000;

export type ChangeGroup = {
  /** The value of a change: whether the group is new. */
  put(name: string, userIds: readonly string[]): Promise<ChangeOutcome<{ readonly created: boolean }>>;
  /** Refused while routes name the group. */
  remove(name: string): Promise<ChangeOutcome<undefined>>;
};

export function createChangeGroup(deps: {
  readonly vault: Vault;
  readonly changeConfiguration: ChangeConfiguration;
  readonly defaultRouting: Routing;
  readonly now: () => number;
}): ChangeGroup {
  const { vault, changeConfiguration } = deps;
  return {
    async put(name, userIds) {
      // Before the transaction: inside it, the vault would take a second connection.
      const subjects = await vault.subjectsFor(userIds);
      const members = new Set([...subjects.values()].map(({ subjectId }) => subjectId));
      return changeConfiguration<{ created: boolean }>(async (query) => {
        const names = await groupNames(query);
        const created = !names.has(name);
        if (created && names.size >= mostGroups)
          return { kind: 'conflict', detail: `There are ${mostGroups} groups already.` };
        await saveGroup(query, { name, members, updatedAt: deps.now() });
        return changed({ created });
      });
    },
    async remove(name) {
      await vault.serviceKey();
      return changeConfiguration(async (query) => {
        const routes = routesOfGroup(name, await loadRouting({ query, vault }, deps.defaultRouting));
        if (routes.length > 0) return { kind: 'conflict', detail: namedBy(routes) };
        return (await deleteGroupRow(query, name)) ? changed(undefined) : { kind: 'missing' };
      });
    },
  };
}
