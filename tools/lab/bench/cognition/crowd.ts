import type { Query } from '@bridge/postgres';

/** The other persons in the tables, besides those of a load. */
export type Crowd = { readonly persons: number; readonly eventKeys: number };

const keysAtOnce = 1_000_000;
const personsAtOnce = 100_000;
/** The crowd's keys are of yesterday: those of today belong to the load. */
const daysAgo = 1;

/**
 * Fills the tables as if many persons had been decided for a long time: persons with keys and states of the average size,
 * and event keys spread evenly over their range. Values that are normally random are spread in order, because a million
 * ordered rows take seconds.
 */
export async function addCrowd(query: Query, { persons, eventKeys }: Crowd, print: (line: string) => void) {
  const started = performance.now();
  await inParts(persons, personsAtOnce, (from, to) => addPersons(query, { from, to, of: persons }));
  await inParts(eventKeys, keysAtOnce, (from, to) => addKeys(query, { from, to, of: eventKeys }));
  // Vacuum now, so that the server does not start it during a measurement.
  for (const table of ['neuros_checkpoints', 'keys.subjects', 'keys.subject_keys', 'cognition.event_keys'])
    await query(`vacuum (freeze, analyze) ${table}`);
  const seconds = Math.round((performance.now() - started) / 1_000);
  print(`cognition: ${persons} known persons and ${eventKeys} event keys were added in ${seconds} s`);
}

type Part = { readonly from: number; readonly to: number; readonly of: number };

async function inParts(count: number, size: number, add: (from: number, to: number) => Promise<void>) {
  for (let from = 0; from < count; from += size) await add(from, Math.min(from + size, count));
}

/** Maps `nr` of all to four bytes, so that every value is equally likely. */
const spread = `substring(int8send((nr << 32) / $3::int8) from 5)`;
/** Stands for sealed bytes, of which only the number matters. */
const filler = (bytes: number | string) => `decode(repeat('c5', ${bytes}), 'hex')`;
const id = `(${spread} || int8send(nr) || '\\x00000000'::bytea)`;

async function addPersons(query: Query, { from, to, of }: Part): Promise<void> {
  await query(
    `with crowd as materialized (
       select encode(${id}, 'hex')::uuid id, nr from generate_series($1::int8, $2::int8 - 1) nr),
     subjects as (
       insert into keys.subjects (subject_id, user_index, user_id_sealed)
       select id, sha256(int8send(nr)), ${filler(48)} from crowd returning 1),
     subject_keys as (
       insert into keys.subject_keys (subject_id, kek_id, wrapped)
       select id, 'crowd', ${filler(61)} from crowd returning 1),
     size as materialized (
       select ${filler('(select coalesce(avg(octet_length(state)), 1000)::int from bench.states)')} state)
     insert into neuros_checkpoints (thread_id, version, seq, mode, state)
     select id, 1, 1, 'pattern', state from crowd, size`,
    [from, to, of],
  );
}

async function addKeys(query: Query, { from, to, of }: Part): Promise<void> {
  await query(
    `insert into cognition.event_keys (key, content_hash, day)
     select ${id}, int8send(nr), current_date - ${daysAgo} from generate_series($1::int8, $2::int8 - 1) nr`,
    [from, to, of],
  );
}

/** Restores the tables like `restoreTables`, and keeps the crowd. */
export async function restoreAmongCrowd(query: Query): Promise<void> {
  await query(
    'truncate biometric_events, cognitive_mode_transitions, insights, cognition.outbox, cognition.objects, cognition.ticks',
  );
  await query(`delete from cognition.event_keys where day > current_date - ${daysAgo}`);
  await query('delete from neuros_checkpoints where thread_id in (select thread_id from bench.states)');
  await query('insert into neuros_checkpoints select * from bench.states order by thread_id');
  await query('vacuum analyze neuros_checkpoints');
  await query('vacuum cognition.event_keys');
  await query('checkpoint');
}

/** Removes the crowd. */
export async function removeCrowd(query: Query): Promise<void> {
  await query('truncate neuros_checkpoints, cognition.event_keys');
  await query(
    `with wrapped as (delete from keys.subject_keys where kek_id = 'crowd')
     delete from keys.subjects where user_id_sealed = ${filler(48)}`,
  );
}
