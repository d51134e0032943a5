import {
  byteaArray,
  byteaElements,
  int4Array,
  int8Array,
  textArray,
  timestamptzArray,
  uuidArray,
  type Bytes,
  type Statement,
} from '@bridge/postgres';
import type {
  EventRow,
  InsightRow,
  ObjectRow,
  SnapshotRow,
  StateRow,
  TickRow,
  TransitionRow,
} from './decision-rows.ts';

/** An event's row without its payload, which is sealed apart. */
export type EventColumns = Omit<EventRow, 'payload' | 'eventId'> & { readonly eventId: Bytes };
export type TransitionColumns = Omit<TransitionRow, 'transitionId' | 'ruleHash' | 'cause'> & {
  readonly transitionId: Bytes;
  readonly ruleHash: Bytes;
  readonly cause: Bytes | null;
};

/**
 * Rows are locked in the order of their ids first; an UPDATE alone locks in the order of its plan. `sealed`: the states in
 * the order of the rows, with room for an array's head; see `SealedColumns`.
 */
export function writeStates(states: readonly Omit<StateRow, 'state'>[], sealed: Buffer): Statement {
  return {
    name: 'write-states',
    text: `with given as (
             select * from unnest($1::uuid[], $2::int8[], $3::int8[], $4::text[], $5::timestamptz[], $6::int[], $7::bytea[],
                                  $9::timestamptz[], $10::timestamptz[])
                           as g(thread_id, version, seq, mode, next_due, policy_version, state, mode_since, last_event_at)),
           locked as materialized (
             select c.thread_id, c.version from neuros_checkpoints c
              where c.thread_id = any($1::uuid[]) order by c.thread_id for no key update),
           updated as (
             update neuros_checkpoints c
                set version = g.version, seq = g.seq, mode = g.mode, next_due = g.next_due,
                    policy_version = g.policy_version, state = g.state, updated_at = now(),
                    mode_since = g.mode_since, last_event_at = greatest(c.last_event_at, g.last_event_at)
               from given g join locked l using (thread_id)
              where c.thread_id = g.thread_id and l.version = g.version - 1
             returning 1),
           inserted as (
             insert into neuros_checkpoints (thread_id, version, seq, mode, next_due, policy_version, state, mode_since,
                                             last_event_at)
             select thread_id, version, seq, mode, next_due, policy_version, state, mode_since, last_event_at from given where version = 1 and not exists (
                    select 1 from locked l where l.thread_id = given.thread_id)
              order by thread_id
             returning 1)
           select delivery.expect_rows((select count(*) from updated) + (select count(*) from inserted), $8, 'BB002')`,
    values: [
      uuidArray(states.map((row) => row.subjectId)),
      int8Array(states.map((row) => row.version)),
      int8Array(states.map((row) => row.seq)),
      textArray(states.map((row) => row.mode)),
      timestamptzArray(states.map((row) => row.nextDue)),
      int4Array(states.map((row) => row.policyVersion)),
      byteaElements(sealed, states.length),
      states.length,
      timestamptzArray(states.map((row) => row.modeSince)),
      timestamptzArray(states.map((row) => row.lastEventAt)),
    ],
  };
}

/** `sealed`: the payloads in the order of the events, with room for an array's head; see `SealedColumns`. */
export function insertEvents(events: readonly EventColumns[], sealed: Buffer): Statement {
  return {
    name: 'insert-events',
    text: `insert into biometric_events
             (time, event_id, subject_id, seq, source, event_type, operation, version, received_at, rules, metrics,
              object_key, log_partition, log_offset, payload)
           select * from unnest($1::timestamptz[], $2::bytea[], $3::uuid[], $4::int8[], $5::text[], $6::text[],
                                $7::text[], $8::int8[], $9::timestamptz[], $10::int[], $11::int[], $12::bytea[],
                                $13::int[], $14::int8[], $15::bytea[])`,
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
      int4Array(events.map((row) => row.rules)),
      int4Array(events.map((row) => row.metrics)),
      byteaArray(events.map((row) => row.objectKey)),
      int4Array(events.map((row) => row.partition)),
      int8Array(events.map((row) => row.offset)),
      byteaElements(sealed, events.length),
    ],
  };
}

export function insertTransitions(transitions: readonly TransitionColumns[]): Statement {
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
      int4Array(transitions.map((row) => row.policyVersion)),
      byteaArray(transitions.map((row) => row.cause)),
      byteaArray(transitions.map((row) => row.record)),
    ],
  };
}

export function insertInsights(insights: readonly InsightRow[]): Statement {
  return {
    name: 'insert-insights',
    text: `insert into insights (time, insight_id, subject_id, seq, place, insight)
           select * from unnest($1::timestamptz[], $2::bytea[], $3::uuid[], $4::int8[], $5::int[], $6::bytea[])`,
    values: [
      timestamptzArray(insights.map((row) => row.time)),
      byteaArray(insights.map((row) => row.insightId)),
      uuidArray(insights.map((row) => row.subjectId)),
      int8Array(insights.map((row) => row.seq)),
      int4Array(insights.map((row) => row.place)),
      byteaArray(insights.map((row) => row.insight)),
    ],
  };
}

export function insertTicks(ticks: readonly TickRow[]): Statement {
  return {
    name: 'insert-ticks',
    text: `insert into cognition.ticks (subject_id, seq, due, rules)
           select * from unnest($1::uuid[], $2::int8[], $3::timestamptz[], $4::int[])`,
    values: [
      uuidArray(ticks.map((row) => row.subjectId)),
      int8Array(ticks.map((row) => row.seq)),
      timestamptzArray(ticks.map((row) => row.due)),
      int4Array(ticks.map((row) => row.rules)),
    ],
  };
}

/** A rebuilt person's snapshots are there already. */
export function insertSnapshots(snapshots: readonly SnapshotRow[]): Statement {
  return {
    name: 'insert-snapshots',
    text: `insert into cognition.snapshots (subject_id, seq, taken_at, policy_version, state)
           select * from unnest($1::uuid[], $2::int8[], $3::timestamptz[], $4::int[], $5::bytea[])
               on conflict (subject_id, seq) do update
              set policy_version = excluded.policy_version, state = excluded.state`,
    values: [
      uuidArray(snapshots.map((row) => row.subjectId)),
      int8Array(snapshots.map((row) => row.seq)),
      timestamptzArray(snapshots.map((row) => row.takenAt)),
      int4Array(snapshots.map((row) => row.policyVersion)),
      byteaArray(snapshots.map((row) => row.state)),
    ],
  };
}

/** One row per object in `objects`. */
export function raiseObjects(objects: readonly ObjectRow[]): Statement {
  return {
    name: 'raise-objects',
    text: `insert into cognition.objects (object_key, subject_id, version, event_id, time)
           select * from unnest($1::bytea[], $2::uuid[], $3::int8[], $4::bytea[], $5::timestamptz[])
               on conflict (object_key) do update
              set version = excluded.version, event_id = excluded.event_id, time = excluded.time
            where objects.version < excluded.version`,
    values: [
      byteaArray(objects.map((row) => row.objectKey)),
      uuidArray(objects.map((row) => row.subjectId)),
      int8Array(objects.map((row) => row.version)),
      byteaArray(objects.map((row) => row.eventId)),
      timestamptzArray(objects.map((row) => row.time)),
    ],
  };
}
