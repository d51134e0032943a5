import type { ModeTransition } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import type { LiveSubject, Vault } from '@bridge/vault';
import type { DecisionRecord } from '@bridge/mode-policy';
import { unsealRecord } from './sealed-rows.ts';

type Row = {
  readonly id: Buffer;
  readonly subjectId: string;
  readonly hash: Buffer;
  readonly record: Buffer;
};

export type RecordedTransition = {
  readonly person: LiveSubject;
  readonly ruleHash: string;
  readonly recorded: DecisionRecord;
};

const columns = 'transition_id id, subject_id "subjectId", rule_hash hash, record';

/** Transitions by their own id or by that of the event that caused them. */
export async function transitionsNamed(
  query: Query,
  vault: Vault,
  id: string,
): Promise<RecordedTransition[]> {
  const rows = await query<Row>(
    `select ${columns} from cognitive_mode_transitions where transition_id = $1 or cause = $1 order by seq`,
    [Buffer.from(id, 'hex')],
  );
  return unsealAll(rows, vault);
}

/** Whose decision it is, by the id of a transition or of an event; undefined: nothing was decided under this id. */
export async function ownerOfDecision(query: Query, id: string): Promise<string | undefined> {
  const bytes = Buffer.from(id, 'hex');
  const [switched] = await query<{ subjectId: string }>(
    `select subject_id "subjectId" from cognitive_mode_transitions where transition_id = $1 or cause = $1 limit 1`,
    [bytes],
  );
  if (switched !== undefined) return switched.subjectId;
  const [event] = await query<{ subjectId: string }>(
    'select subject_id "subjectId" from public.owner_of_event($1)',
    [bytes],
  );
  return event?.subjectId;
}

/** The newest ones of everybody. */
export async function newestTransitions(
  query: Query,
  vault: Vault,
  limit: number,
): Promise<RecordedTransition[]> {
  const rows = await query<Row>(
    `select ${columns} from cognitive_mode_transitions order by transition_time desc limit $1`,
    [limit],
  );
  return unsealAll(rows, vault);
}

/** Whose event it is, the number of its decision, and where it was read. */
export type DecidedEvent = {
  readonly person: LiveSubject;
  readonly seq: number;
  readonly receivedAt: Date;
  /** null: it was decided before this was recorded. */
  readonly partition: number | null;
  readonly offset: number | null;
};

/**
 * Undefined for an event that nothing was decided on. `person`: whose event it is, if that is known; then only that
 * person's rows are read.
 */
export async function decisionOn(
  query: Query,
  vault: Vault,
  eventId: string,
  owner?: LiveSubject,
): Promise<DecidedEvent | undefined> {
  const id = Buffer.from(eventId, 'hex');
  const [row] = await query<Omit<DecidedEvent, 'person'> & { readonly subjectId: string }>(
    `select subject_id "subjectId", seq, received_at "receivedAt", log_partition "partition", log_offset "offset"
       from ${owner === undefined ? 'public.owner_of_event($1)' : 'biometric_events where event_id = $1 and subject_id = $2'}`,
    owner === undefined ? [id] : [id, owner.subjectId],
  );
  const person = row && (owner ?? (await vault.byId([row.subjectId])).get(row.subjectId));
  return !row || !person || person.erased ? undefined : { ...row, person };
}

/** All switches of one person after a `seq`, as they happened. */
export async function switchesOf(query: Query, person: LiveSubject, afterSeq = 0): Promise<ModeTransition[]> {
  const rows = await query<Row>(
    `select ${columns} from cognitive_mode_transitions where subject_id = $1 and seq > $2 order by seq`,
    [person.subjectId, afterSeq],
  );
  return rows.flatMap(({ id, record }) => unsealRecord(record, id.toString('hex'), person).transition ?? []);
}

/** Notes who looked at whose data. */
export async function noteAccess(query: Query, person: LiveSubject, id: string): Promise<void> {
  await query(
    `insert into phi_access_log (user_id, accessor_id, access_type, table_name, record_id)
     values ($1, current_user, 'explain', 'cognitive_mode_transitions', $2)`,
    [person.subjectId, id],
  );
}

async function unsealAll(rows: readonly Row[], vault: Vault): Promise<RecordedTransition[]> {
  const people = await vault.byId(new Set(rows.map(({ subjectId }) => subjectId)));
  return rows.flatMap(({ id, subjectId, hash, record }) => {
    const person = people.get(subjectId);
    if (!person || person.erased) return [];
    return [
      { person, ruleHash: hash.toString('hex'), recorded: unsealRecord(record, id.toString('hex'), person) },
    ];
  });
}
