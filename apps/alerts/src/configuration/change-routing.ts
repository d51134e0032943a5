import type { Budget, Problem, Routing } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import { changed, type ChangeOutcome } from './domain/change-outcome.ts';
import { checkRouting } from './domain/check-routing.ts';
import { channelNames } from './rows/channel-rows.ts';
import { groupNames } from './rows/group-rows.ts';
import { appendRevision, newestRevision, type RevisedTable } from './rows/revised-rows.ts';
import type { ChangeConfiguration } from './rows/revision-rows.ts';

/** A new revision of a document; it is stored only if the newest one is among the expected. */
export type Revision<T> = {
  readonly value: T;
  readonly author: string;
  readonly expected: ReadonlySet<number> | 'any';
};

export type ChangeRouting = {
  /** The value of a change is its revision. */
  routing(revision: Revision<Routing>): Promise<ChangeOutcome<number>>;
  budgets(revision: Revision<readonly Budget[]>): Promise<ChangeOutcome<number>>;
};

export function createChangeRouting(deps: {
  readonly vault: Vault;
  readonly changeConfiguration: ChangeConfiguration;
  readonly now: () => number;
}): ChangeRouting {
  const { vault, changeConfiguration, now } = deps;

  async function append(
    table: RevisedTable,
    { value, author, expected }: Revision<unknown>,
    problemsOf: (query: Query) => Promise<readonly Problem[]>,
  ): Promise<ChangeOutcome<number>> {
    // Read before the transaction: inside it, the vault would take a second connection.
    await vault.serviceKey();
    return changeConfiguration<number>(async (query) => {
      const stored = await newestRevision(query, table);
      if (expected !== 'any' && !expected.has(stored)) return { kind: 'stale' };
      const problems = await problemsOf(query);
      if (problems.length > 0) return { kind: 'invalid', problems };
      return changed(await appendRevision({ query, vault }, table, { value, author, at: now() }));
    });
  }

  return {
    routing: (revision) =>
      append('alerts.routings', revision, async (query) =>
        checkRouting(revision.value, {
          channels: await channelNames(query),
          groups: await groupNames(query),
        }),
      ),
    budgets: ({ value, ...revision }) =>
      append('alerts.budgets', { ...revision, value: { budgets: value } }, () =>
        Promise.resolve(duplicateBudgets(value)),
      ),
  };
}

function duplicateBudgets(budgets: readonly Budget[]): Problem[] {
  return budgets.flatMap(({ severity }, n) =>
    budgets.findIndex((one) => one.severity === severity) < n
      ? [{ path: `budgets.${n}.severity`, message: 'has a budget already' }]
      : [],
  );
}
