import type { Move } from '@bridge/kafka';
import {
  byteaArray,
  int8Array,
  textArray,
  timestamptzArray,
  uuidArray,
  type EventKey,
  type EventKeys,
  type Outbox,
  type OutboxEntry,
  type Positions,
  type Query,
  type Statement,
  type Tx,
} from '@bridge/postgres';

export type EventRow = {
  /** Milliseconds since 1970, like all times here. */
  readonly time: number;
  readonly eventId: Buffer;
  readonly subjectId: string;
  readonly seq: number;
  readonly source: string;
  readonly eventType: string;
  readonly operation: string;
  readonly version: number;
  readonly receivedAt: number;
  readonly payload: Buffer;
};

export type StateRow = {
  readonly subjectId: string;
  /** The version that this row gets; the stored one must be one less. */
  readonly version: number;
  readonly seq: number;
  readonly mode: string | null;
  readonly state: Buffer;
};

export type TransitionRow = {
  readonly at: number;
  readonly transitionId: Buffer;
  readonly subjectId: string;
  readonly seq: number;
  readonly from: string | null;
  readonly to: string;
  readonly reason: string;
  readonly ruleHash: Buffer;
  readonly policyVersion: number;
  readonly cause: Buffer | null;
  readonly record: Buffer;
};

/** Everything that one micro-batch writes. */
export type BatchRows = {
  readonly keys: readonly EventKey[];
  readonly states: readonly StateRow[];
  readonly events: readonly EventRow[];
  readonly transitions: readonly TransitionRow[];
  readonly outbox: readonly OutboxEntry[];
};

export type StoredState = { readonly subjectId: string; readonly version: number; readonly state: Buffer };

export type DecisionStore = {
  states(query: Query, subjectIds: readonly string[], lock: boolean): Promise<StoredState[]>;
  /** Makes rows for persons that have none, so that they can be locked. */
  makeRows(query: Query, subjectIds: readonly string[]): Promise<void>;
  /** Writes the batch and commits; returns the ids of the outbox rows. `keysClaimed`: they were added under lock. */
  write(tx: Tx, rows: BatchRows, moves: readonly Move[], keysClaimed: boolean): Promise<number[]>;
};

export function createDecisionStore(deps: {
  positions: Positions;
  eventKeys: EventKeys;
  outbox: Outbox;
}): DecisionStore {
  return {
    states: (query, subjectIds, lock) =>
      query<StoredState>(
        `select thread_id "subjectId", version, state from neuros_checkpoints
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
    write: async (tx, rows, moves, keysClaimed) => {
      // One order in every worker: position, keys, states, the rest. Another order deadlocks.
      const statements: Statement[] = [deps.positions.moveStatement(moves)];
      if (rows.keys.length > 0 && !keysClaimed) statements.push(deps.eventKeys.addStatement(rows.keys));
      if (rows.states.length > 0) statements.push(writeStates(rows.states));
      if (rows.events.length > 0) statements.push(insertEvents(rows.events));
      if (rows.transitions.length > 0) statements.push(insertTransitions(rows.transitions));
      if (rows.outbox.length > 0) statements.push(deps.outbox.addStatement(rows.outbox));
      const results = await tx.pipelineAndCommit(statements);
      return rows.outbox.length === 0 ? [] : (results.at(-1) as { id: number }[]).map(({ id }) => id);
    },
  };
}

/** Rows are locked in the order of their ids first; an UPDATE alone locks in the order of its plan. */
function writeStates(states: readonly StateRow[]): Statement {
  return {
    name: 'write-states',
    text: `with given as (
             select * from unnest($1::uuid[], $2::int8[], $3::int8[], $4::text[], $5::bytea[])
                           as g(thread_id, version, seq, mode, state)),
           locked as materialized (
             select c.thread_id, c.version from neuros_checkpoints c
              where c.thread_id = any($1::uuid[]) order by c.thread_id for no key update),
           updated as (
             update neuros_checkpoints c
                set version = g.version, seq = g.seq, mode = g.mode, state = g.state, updated_at = now()
               from given g join locked l using (thread_id)
              where c.thread_id = g.thread_id and l.version = g.version - 1
             returning 1),
           inserted as (
             insert into neuros_checkpoints (thread_id, version, seq, mode, state)
             select thread_id, version, seq, mode, state from given where version = 1 and not exists (
                    select 1 from locked l where l.thread_id = given.thread_id)
              order by thread_id
             returning 1)
           select delivery.expect_rows((select count(*) from updated) + (select count(*) from inserted), $6, 'BB002')`,
    values: [
      uuidArray(states.map((row) => row.subjectId)),
      int8Array(states.map((row) => row.version)),
      int8Array(states.map((row) => row.seq)),
      textArray(states.map((row) => row.mode)),
      byteaArray(states.map((row) => row.state)),
      states.length,
    ],
  };
}

function insertEvents(events: readonly EventRow[]): Statement {
  return {
    name: 'insert-events',
    text: `insert into biometric_events
             (time, event_id, subject_id, seq, source, event_type, operation, version, received_at, payload)
           select * from unnest($1::timestamptz[], $2::bytea[], $3::uuid[], $4::int8[], $5::text[], $6::text[],
                                $7::text[], $8::int8[], $9::timestamptz[], $10::bytea[])`,
    values: [
      timestamptzArray(events.map((row) => row.time)),
      byteaArray(events.map((row) => row.eventId)),
      uuidArray(events.map((row) => row.subjectId)),
      int8Array(events.map((row) => row.seq)),
      textArray(events.map((row) => row.source)),
      textArray(events.map((row) => row.eventType)),
      textArray(events.map((row) => row.operation)),
      int8Array(events.map((row) => row.version)),
      timestamptzArray(events.map((row) => row.receivedAt)),
      byteaArray(events.map((row) => row.payload)),
    ],
  };
}

function insertTransitions(transitions: readonly TransitionRow[]): Statement {
  return {
    name: 'insert-transitions',
    text: `insert into cognitive_mode_transitions
             (transition_time, transition_id, subject_id, seq, from_mode, to_mode, reason, rule_hash,
              policy_version, cause, record)
           select * from unnest($1::timestamptz[], $2::bytea[], $3::uuid[], $4::int8[], $5::text[], $6::text[],
                                $7::text[], $8::bytea[], $9::int[], $10::bytea[], $11::bytea[])`,
    values: [
      timestamptzArray(transitions.map((row) => row.at)),
      byteaArray(transitions.map((row) => row.transitionId)),
      uuidArray(transitions.map((row) => row.subjectId)),
      int8Array(transitions.map((row) => row.seq)),
      textArray(transitions.map((row) => row.from)),
      textArray(transitions.map((row) => row.to)),
      textArray(transitions.map((row) => row.reason)),
      byteaArray(transitions.map((row) => row.ruleHash)),
      transitions.map((row) => row.policyVersion),
      byteaArray(transitions.map((row) => row.cause)),
      byteaArray(transitions.map((row) => row.record)),
    ],
  };
}
