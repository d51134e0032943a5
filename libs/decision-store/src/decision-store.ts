import { uuidArray, type EventKeys, type Query, type Statement } from '@bridge/postgres';
import type { BatchRows, SealedColumns } from './decision-rows.ts';
import * as statements from './decision-statements.ts';

export type StoredState = {
  readonly subjectId: string;
  readonly version: number;
  readonly policyVersion: number | null;
  readonly state: Buffer;
};

export type DecisionStore = {
  readonly states: (query: Query, subjectIds: readonly string[], lock: boolean) => Promise<StoredState[]>;
  /** Makes rows for persons that have none, so that they can be locked. */
  readonly makeRows: (query: Query, subjectIds: readonly string[]) => Promise<void>;
  /** `keysClaimed`: they were added under lock. */
  readonly statementsOf: (rows: BatchRows, sealed: SealedColumns, keysClaimed: boolean) => Statement[];
};

export function createDecisionStore(deps: { readonly eventKeys: EventKeys }): DecisionStore {
  return {
    states: (query, subjectIds, lock) =>
      query<StoredState>(
        `select thread_id "subjectId", version, policy_version "policyVersion", state from neuros_checkpoints
          where thread_id = any($1::uuid[]) ${lock ? 'order by thread_id for no key update' : ''}`,
        [uuidArray(subjectIds)],
      ),
    makeRows: async (query, subjectIds) => {
      await query(
        `insert into neuros_checkpoints (thread_id, version, seq, state)
         select id, 0, 0, ''::bytea from unnest($1::uuid[]) id order by id on conflict do nothing`,
        [uuidArray(subjectIds)],
      );
    },
    statementsOf: (rows, sealed, keysClaimed) => {
      // One order in every worker: position, keys, states, the rest. Another order deadlocks.
      const batch: Statement[] = [];
      if (rows.keys.length > 0 && !keysClaimed) batch.push(deps.eventKeys.addStatement(rows.keys));
      if (rows.states.length > 0) batch.push(statements.writeStates(rows.states, sealed.states));
      if (rows.snapshots.length > 0) batch.push(statements.insertSnapshots(rows.snapshots));
      if (rows.events.length > 0) batch.push(statements.insertEvents(rows.events, sealed.events));
      if (rows.ticks.length > 0) batch.push(statements.insertTicks(rows.ticks));
      if (rows.objects.length > 0) batch.push(statements.raiseObjects(rows.objects));
      if (rows.transitions.length > 0) batch.push(statements.insertTransitions(rows.transitions));
      if (rows.insights.length > 0) batch.push(statements.insertInsights(rows.insights));
      return batch;
    },
  };
}
