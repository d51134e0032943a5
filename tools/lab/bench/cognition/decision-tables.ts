import type { Query } from '@bridge/postgres';

/** Nobody was ever decided on. */
export async function truncateDecisions(query: Query): Promise<void> {
  await query(
    `truncate biometric_events, cognitive_mode_transitions, neuros_checkpoints, cognition.event_keys,
              cognition.outbox, cognition.objects, cognition.ticks, cognition.snapshots`,
  );
}

/** What the nights left: the state every run begins with. */
export async function saveStates(query: Query): Promise<void> {
  await query('create schema if not exists bench');
  await query('drop table if exists bench.states');
  await query('create table bench.states as table neuros_checkpoints');
}

/**
 * Every run begins with the same states, without keys and rows of the run before, vacuumed and checkpointed: one run
 * must not pay for another.
 */
export async function restoreTables(query: Query): Promise<void> {
  await query(
    `truncate biometric_events, cognitive_mode_transitions, neuros_checkpoints, cognition.event_keys,
              cognition.outbox, cognition.objects, cognition.ticks`,
  );
  await query('insert into neuros_checkpoints select * from bench.states order by thread_id');
  await query('vacuum analyze neuros_checkpoints');
  await query('checkpoint');
}

/** What one run of the worker wrote, for a floor that writes as much. */
export type WriteVolume = {
  readonly events: number;
  readonly transitions: number;
  readonly ticks: number;
  /** Average bytes. */
  readonly stateBytes: number;
  readonly recordBytes: number;
};

export async function measureWriteVolume(query: Query): Promise<WriteVolume> {
  const [written] = await query<WriteVolume>(
    `select (select count(*)::int from biometric_events) events,
            (select count(*)::int from cognitive_mode_transitions) transitions,
            (select count(*)::int from cognition.ticks) ticks,
            (select avg(octet_length(state))::int from neuros_checkpoints) "stateBytes",
            (select coalesce(avg(octet_length(record)), 0)::int from cognitive_mode_transitions) "recordBytes"`,
  );
  if (!written) throw new Error('the database did not say what was written');
  return written;
}
