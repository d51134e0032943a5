import { uuidArray, type EventKey, type EventKeys, type Query, type Statement } from '@bridge/postgres';
import type { SealInput } from '@bridge/vault';
import * as statements from './decision-statements.ts';

/** Times are milliseconds since 1970, ids hex digits. */
export type EventRow = {
  readonly time: number;
  readonly eventId: string;
  readonly subjectId: string;
  readonly seq: number;
  readonly source: string;
  readonly eventType: string;
  readonly operation: string;
  readonly version: number;
  readonly receivedAt: number;
  /** `rule_sets.nr`. */
  readonly rules: number;
  /** See `metricBitsOf`. */
  readonly metrics: number;
  /** Of versions above 0 only; in hex. */
  readonly objectKey: string | null;
  readonly payload: SealInput;
};

export type StateRow = {
  readonly subjectId: string;
  /** The version that this row gets; the stored one must be one less. */
  readonly version: number;
  readonly seq: number;
  readonly mode: string | null;
  readonly nextDue: number | null;
  readonly policyVersion: number;
  readonly state: SealInput;
};

export type TransitionRow = {
  readonly at: number;
  readonly transitionId: string;
  readonly subjectId: string;
  readonly seq: number;
  readonly from: string | null;
  readonly to: string;
  readonly reason: string;
  readonly ruleHash: string;
  readonly policyVersion: number;
  readonly cause: string | null;
  readonly record: Buffer;
};

export type TickRow = {
  readonly subjectId: string;
  readonly seq: number;
  readonly due: number;
  readonly rules: number;
};

export type SnapshotRow = {
  readonly subjectId: string;
  readonly seq: number;
  readonly takenAt: number;
  readonly policyVersion: number;
  /** null: nothing was decided yet. */
  readonly state: Buffer | null;
};

/** The highest version of an object. */
export type ObjectRow = {
  readonly objectKey: string;
  readonly subjectId: string;
  readonly version: number;
  readonly eventId: string;
  readonly time: number;
};

/** What is sealed of these rows, in their order, with room for an array's head: see `Sealing`. */
export type SealedColumns = { readonly states: Buffer; readonly events: Buffer };

/** The rows of one batch, but for its positions and its outbox. */
export type BatchRows = {
  readonly keys: readonly EventKey[];
  readonly states: readonly StateRow[];
  readonly snapshots: readonly SnapshotRow[];
  readonly events: readonly EventRow[];
  readonly ticks: readonly TickRow[];
  readonly objects: readonly ObjectRow[];
  readonly transitions: readonly TransitionRow[];
};

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
      return batch;
    },
  };
}
