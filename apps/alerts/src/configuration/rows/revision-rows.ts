import type { Query, Transaction } from '@bridge/postgres';
import type { ChangeOutcome } from '../domain/change-outcome.ts';

export async function readRevision(query: Query): Promise<number> {
  const [row] = await query<{ revision: number }>('select revision from alerts.configuration_revision');
  if (row === undefined) throw new Error('alerts.configuration_revision has no row.');
  return row.revision;
}

/** Makes the notifications of all persons with open alerts due, in the transaction of the change. */
export type MakeEverybodyDue = (query: Query) => Promise<void>;

/** Runs one change of the configuration as one transaction. `makeDue`: whom it concerns; by default everybody. */
export type ChangeConfiguration = <T>(
  run: (query: Query) => Promise<ChangeOutcome<T>>,
  makeDue?: (query: Query) => Promise<void>,
) => Promise<ChangeOutcome<T>>;

/**
 * Changes run one after another, in all processes: a change sees the one before it, so a route cannot name a channel that is
 * just being deleted. One that was refused is no new revision.
 */
export function createChangeConfiguration(deps: {
  readonly transaction: Transaction;
  readonly makeEverybodyDue: MakeEverybodyDue;
  /** After the commit of a change. */
  readonly changed: () => void;
}): ChangeConfiguration {
  return async function changeConfiguration(run, makeDue = deps.makeEverybodyDue) {
    const outcome = await deps.transaction(async ({ query }) => {
      await query('select revision from alerts.configuration_revision for update');
      const outcome = await run(query);
      if (outcome.kind !== 'changed') return outcome;
      await query('update alerts.configuration_revision set revision = revision + 1');
      await makeDue(query);
      return outcome;
    });
    if (outcome.kind === 'changed') deps.changed();
    return outcome;
  };
}
