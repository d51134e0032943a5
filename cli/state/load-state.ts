import type { HttpApi } from '../api/http-api.ts';
import type { PersonState } from './person-state.ts';

/** Loads a person's state. Throws one line for a person who is not known. */
export async function loadState(api: HttpApi, user: string): Promise<PersonState> {
  const path = `/users/${encodeURIComponent(user)}/state`;
  const missing = 'Nothing is known of this person. Check the id: it is the user_id of their events.';
  return (await api.ask('GET', path, { missing })) as PersonState;
}
