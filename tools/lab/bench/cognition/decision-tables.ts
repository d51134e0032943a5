import type { Query } from '@bridge/postgres';

/** Removes all decisions. */
export async function truncateDecisions(query: Query): Promise<void> {
  await query(
    `truncate biometric_events, cognitive_mode_transitions, insights, neuros_checkpoints, cognition.event_keys,
              cognition.outbox, cognition.objects, cognition.ticks, cognition.snapshots`,
  );
}

/** Saves the states after the nights, with which every run begins. */
export async function saveStates(query: Query): Promise<void> {
  await query('create schema if not exists bench');
  await query('drop table if exists bench.states');
  await query('create table bench.states as table neuros_checkpoints');
}

/**
 * Restores the saved states and removes keys and rows of the run before, then vacuums and checkpoints, so that one run
 * does not pay for another.
 */
export async function restoreTables(query: Query): Promise<void> {
  await query(
    `truncate biometric_events, cognitive_mode_transitions, insights, neuros_checkpoints, cognition.event_keys,
              cognition.outbox, cognition.objects, cognition.ticks`,
  );
  await query('insert into neuros_checkpoints select * from bench.states order by thread_id');
  await query('vacuum analyze neuros_checkpoints');
  await query('checkpoint');
}

/** The volume that one run of the worker wrote, which the floor writes too. */
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
