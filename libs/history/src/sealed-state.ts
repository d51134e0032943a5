import { CodedError } from '@bridge/core';
import { unsealState } from '@bridge/decision-store';
import type { PersonState } from '@bridge/mode-policy';
import type { Query } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';

/** Cognition's state of a person; undefined before the first decision, and while it cannot be read, which cognition repairs. */
export async function loadState(query: Query, person: LiveSubject): Promise<PersonState | undefined> {
  const [row] = await query<{ state: Buffer }>(
    'select state from public.neuros_checkpoints where thread_id = $1',
    [person.subjectId],
  );
  if (row === undefined || row.state.length === 0) return undefined;
  try {
    return unsealState(row.state, person);
  } catch (error) {
    // Anything else is a fault of ours or of the database.
    if (error instanceof CodedError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
