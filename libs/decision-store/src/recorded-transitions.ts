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

/** Whose event it is, and the number of its decision; undefined for an event that nothing was decided on. */
export async function decisionOn(
  query: Query,
  vault: Vault,
  eventId: string,
): Promise<{ readonly person: LiveSubject; readonly seq: number } | undefined> {
  const [row] = await query<{ subjectId: string; seq: number }>(
    'select subject_id "subjectId", seq from biometric_events where event_id = $1',
    [Buffer.from(eventId, 'hex')],
  );
  const person = row && (await vault.byId([row.subjectId])).get(row.subjectId);
  return !row || !person || person.erased ? undefined : { person, seq: row.seq };
}

/** All switches of one person, as they happened. */
export async function switchesOf(query: Query, person: LiveSubject): Promise<ModeTransition[]> {
  const rows = await query<Row>(
    `select ${columns} from cognitive_mode_transitions where subject_id = $1 order by seq`,
    [person.subjectId],
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
