import { retryVerdict } from '@bridge/core';
import type { Query } from '@bridge/postgres';
import type { LiveSubject, Vault } from '@bridge/vault';

/** A person's row in `neuros_checkpoints`: the sealed state, and the columns that operators read. */
export type StoredPerson = {
  readonly subjectId: string;
  readonly state: Buffer;
  readonly seq: number;
  readonly mode: string | null;
  readonly nextDue: Date | null;
  readonly policyVersion: number | null;
};

export type PersonEntry = {
  readonly stored: StoredPerson;
  /** An error: the person's key cannot be read. */
  readonly person: LiveSubject | Error;
};

/** Everybody who has a state, some at a time. Erased persons are left out. Throws transient errors. */
export async function* allPersons(query: Query, vault: Vault, atOnce = 100): AsyncGenerator<PersonEntry> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = await query<StoredPerson>(
      `select thread_id "subjectId", state, seq, mode, next_due "nextDue", policy_version "policyVersion"
         from neuros_checkpoints where thread_id > $1 and version > 0 order by thread_id limit $2`,
      [after, atOnce],
    );
    const last = rows.at(-1);
    if (!last) return;
    after = last.subjectId;
    const people = await peopleOf(
      vault,
      rows.map(({ subjectId }) => subjectId),
    );
    for (const stored of rows) {
      const person = people.get(stored.subjectId);
      if (person) yield { stored, person };
    }
  }
}

/** One key that cannot be unwrapped fails a whole request, so then each person is asked for alone. */
async function peopleOf(
  vault: Vault,
  subjectIds: readonly string[],
): Promise<Map<string, LiveSubject | Error>> {
  const found = new Map<string, LiveSubject | Error>();
  try {
    for (const person of (await vault.byId(subjectIds)).values()) {
      if (!person.erased) found.set(person.subjectId, person);
    }
    return found;
  } catch (error) {
    const [only] = subjectIds;
    if (retryVerdict(error) !== 'permanent' || !(error instanceof Error) || only === undefined) throw error;
    if (subjectIds.length === 1) return found.set(only, error);
  }
  for (const subjectId of subjectIds) {
    for (const [id, person] of await peopleOf(vault, [subjectId])) found.set(id, person);
  }
  return found;
}
