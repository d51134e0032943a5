import type { Query } from '@bridge/postgres';
import type { LiveSubject, Vault } from '@bridge/vault';
import type { StoredState } from './decision-store.ts';

/** Everybody who has a state, some at a time. Erased persons are left out. */
export async function* allPersons(
  query: Query,
  vault: Vault,
  atOnce = 100,
): AsyncGenerator<{ readonly person: LiveSubject; readonly stored: StoredState }> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = await query<StoredState>(
      `select thread_id "subjectId", version, policy_version "policyVersion", state from neuros_checkpoints
        where thread_id > $1 and version > 0 order by thread_id limit $2`,
      [after, atOnce],
    );
    const last = rows.at(-1);
    if (!last) return;
    after = last.subjectId;
    const people = await vault.byId(rows.map(({ subjectId }) => subjectId));
    for (const stored of rows) {
      const person = people.get(stored.subjectId);
      if (person && !person.erased) yield { person, stored };
    }
  }
}
