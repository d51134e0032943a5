// The SQL of apps/cognition/src/adapters/decision-statements.ts once more, since tools do not import apps: the floor has to
// send the very statements of the worker. Change both together.
import {
  byteaArray,
  int4Array,
  int8Array,
  textArray,
  timestamptzArray,
  uuidArray,
  type Statement,
} from '@bridge/postgres';

export type FloorState = {
  readonly subjectId: string;
  readonly version: number;
  readonly seq: number;
  readonly mode: string;
  readonly state: Buffer;
};

export type FloorEvent = {
  readonly time: number;
  readonly eventId: Buffer;
  readonly subjectId: string;
  readonly seq: number;
  readonly payload: Buffer;
};

export type FloorTransition = {
  readonly at: number;
  readonly transitionId: Buffer;
  readonly subjectId: string;
  readonly seq: number;
  readonly record: Buffer;
};

export type FloorTick = { readonly subjectId: string; readonly seq: number; readonly due: number };

export function writeStates(states: readonly FloorState[]): Statement {
  return {
    name: 'write-states',
    text: `with given as (
             select * from unnest($1::uuid[], $2::int8[], $3::int8[], $4::text[], $5::timestamptz[], $6::int[], $7::bytea[])
                           as g(thread_id, version, seq, mode, next_due, policy_version, state)),
           locked as materialized (
             select c.thread_id, c.version from neuros_checkpoints c
              where c.thread_id = any($1::uuid[]) order by c.thread_id for no key update),
           updated as (
             update neuros_checkpoints c
                set version = g.version, seq = g.seq, mode = g.mode, next_due = g.next_due,
                    policy_version = g.policy_version, state = g.state, updated_at = now()
               from given g join locked l using (thread_id)
              where c.thread_id = g.thread_id and l.version = g.version - 1
             returning 1),
           inserted as (
             insert into neuros_checkpoints (thread_id, version, seq, mode, next_due, policy_version, state)
             select thread_id, version, seq, mode, next_due, policy_version, state from given where version = 1 and not exists (
                    select 1 from locked l where l.thread_id = given.thread_id)
              order by thread_id
             returning 1)
           select delivery.expect_rows((select count(*) from updated) + (select count(*) from inserted), $8, 'BB002')`,
    values: [
      uuidArray(states.map((row) => row.subjectId)),
      int8Array(states.map((row) => row.version)),
      int8Array(states.map((row) => row.seq)),
      textArray(states.map((row) => row.mode)),
      timestamptzArray(states.map(() => null)),
      int4Array(states.map(() => policyVersion)),
      byteaArray(states.map((row) => row.state)),
      states.length,
    ],
  };
}

export function insertEvents(events: readonly FloorEvent[]): Statement {
  const same = (text: string) => textArray(events.map(() => text));
  return {
    name: 'insert-events',
    text: `insert into biometric_events
             (time, event_id, subject_id, seq, source, event_type, operation, version, received_at, rules, metrics,
              object_key, payload)
           select * from unnest($1::timestamptz[], $2::bytea[], $3::uuid[], $4::int8[], $5::text[], $6::text[],
                                $7::text[], $8::int8[], $9::timestamptz[], $10::int[], $11::int[], $12::bytea[],
                                $13::bytea[])`,
    values: [
      timestamptzArray(events.map((row) => row.time)),
      byteaArray(events.map((row) => row.eventId)),
      uuidArray(events.map((row) => row.subjectId)),
      int8Array(events.map((row) => row.seq)),
      same('apple'),
      same('heart_rate'),
      same('upsert'),
      int8Array(events.map(() => 0)),
      timestamptzArray(events.map((row) => row.time)),
      int4Array(events.map(() => 1)),
      int4Array(events.map(() => 1)),
      byteaArray(events.map(() => null)),
      byteaArray(events.map((row) => row.payload)),
    ],
  };
}

export function insertTransitions(transitions: readonly FloorTransition[]): Statement {
  const same = (text: string) => textArray(transitions.map(() => text));
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
      same('pattern'),
      same('reflex'),
      same('stress_overload'),
      byteaArray(transitions.map(() => ruleHash)),
      int4Array(transitions.map(() => policyVersion)),
      byteaArray(transitions.map((row) => row.transitionId)),
      byteaArray(transitions.map((row) => row.record)),
    ],
  };
}

export function insertTicks(ticks: readonly FloorTick[]): Statement {
  return {
    name: 'insert-ticks',
    text: `insert into cognition.ticks (subject_id, seq, due, rules)
           select * from unnest($1::uuid[], $2::int8[], $3::timestamptz[], $4::int[])`,
    values: [
      uuidArray(ticks.map((row) => row.subjectId)),
      int8Array(ticks.map((row) => row.seq)),
      timestamptzArray(ticks.map((row) => row.due)),
      int4Array(ticks.map(() => 1)),
    ],
  };
}

const ruleHash = Buffer.alloc(32, 7);
const policyVersion = 2;
