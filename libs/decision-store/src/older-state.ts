import { initialState, type PersonState } from '@bridge/mode-policy';
import type { Query } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';

/**
 * The state of a person whose row is lost and who was decided on by an older policy alone: the number and the time of the
 * last decision. What that policy knew cannot be rebuilt; the command `upgrade` reads the daily values again. Undefined:
 * nothing was decided.
 */
export async function olderState(query: Query, person: LiveSubject): Promise<PersonState | undefined> {
  const [row] = await query<{ seq: number | null; now: Date | null }>(
    `select greatest((select max(seq) from biometric_events where subject_id = $1),
                     (select max(seq) from cognition.ticks where subject_id = $1)) seq,
            greatest((select max(received_at) from biometric_events where subject_id = $1),
                     (select max(due) from cognition.ticks where subject_id = $1)) now`,
    [person.subjectId],
  );
  if (!row?.seq || !row.now) return undefined;
  const now = row.now.getTime();
  return { ...initialState, seq: row.seq, now, since: now, upgrade: { alert: null, mode: null } };
}
