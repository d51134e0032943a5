import { biometricEventSchema } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import { openWith, type LiveSubject, type Vault } from '@bridge/vault';
import type { PersonState } from '../domain/person-state.ts';
import type { StoredPerson } from '../replay-person.ts';
import { statePlace } from './decision-rows.ts';

type EventRecord = { subjectId: string; seq: number; eventId: Buffer; payload: Buffer };

/** Everybody who has a state, some at a time, with all that was stored of them. Erased persons are left out. */
export async function* storedPersons(query: Query, vault: Vault, atOnce = 100): AsyncGenerator<StoredPerson> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const states = await query<{ subjectId: string; state: Buffer }>(
      `select thread_id "subjectId", state from neuros_checkpoints
        where thread_id > $1 and version > 0 order by thread_id limit $2`,
      [after, atOnce],
    );
    const last = states.at(-1);
    if (!last) return;
    after = last.subjectId;
    const ids = states.map(({ subjectId }) => subjectId);
    const people = await vault.byId(ids);
    const events = Map.groupBy(await eventsOf(query, ids), ({ subjectId }) => subjectId);
    const transitions = Map.groupBy(await transitionsOf(query, ids), ({ subjectId }) => subjectId);
    for (const { subjectId, state } of states) {
      const person = people.get(subjectId);
      if (!person || person.erased) continue;
      yield {
        subjectId,
        events: (events.get(subjectId) ?? []).map((row) => ({ seq: row.seq, event: openEvent(row, person) })),
        state: JSON.parse(openWith(person.key, state, statePlace(subjectId)).toString()) as PersonState,
        transitionIds: (transitions.get(subjectId) ?? []).map(({ id }) => id.toString('hex')),
      };
    }
  }
}

const eventsOf = (query: Query, subjectIds: readonly string[]) =>
  query<EventRecord>(
    `select subject_id "subjectId", seq, event_id "eventId", payload from biometric_events
      where subject_id = any($1) order by subject_id, seq`,
    [subjectIds],
  );

const transitionsOf = (query: Query, subjectIds: readonly string[]) =>
  query<{ subjectId: string; id: Buffer }>(
    `select subject_id "subjectId", transition_id id from cognitive_mode_transitions
      where subject_id = any($1) order by subject_id, seq`,
    [subjectIds],
  );

function openEvent({ subjectId, eventId, payload }: EventRecord, person: LiveSubject) {
  const place = {
    table: 'biometric_events',
    column: 'payload',
    row: eventId.toString('hex'),
    subject: subjectId,
  };
  return biometricEventSchema.parse(JSON.parse(openWith(person.key, payload, place).toString()));
}
